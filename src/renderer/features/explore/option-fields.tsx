import type { FileFormat, FileOptions } from '../../../shared/files';

type Change = (patch: { [K in keyof FileOptions]?: FileOptions[K] | undefined }) => void;

interface OptionFieldsProps {
  format: FileFormat;
  options: FileOptions;
  detected: FileOptions;
  onChange: Change;
}

/** The options that a format has; an empty field means: as detected. */
export function OptionFields({ format, options, detected, onChange }: OptionFieldsProps) {
  return (
    <>
      <h3>Options</h3>
      {format === 'csv' ? <CsvFields options={options} detected={detected} onChange={onChange} /> : null}
      {format === 'excel' ? <ExcelFields options={options} detected={detected} onChange={onChange} /> : null}
      <label className="field check">
        <input
          type="checkbox"
          checked={options.allText ?? false}
          onChange={(event) => onChange({ allText: event.target.checked || undefined })}
        />
        <span>Every column as text</span>
      </label>
    </>
  );
}

type FieldsProps = Omit<OptionFieldsProps, 'format'>;

const DELIMITERS = [
  { value: ',', label: 'comma ,' },
  { value: ';', label: 'semicolon ;' },
  { value: '\t', label: 'tab' },
  { value: '|', label: 'bar |' },
];

const ENCODINGS = [
  { value: 'utf-8', label: 'UTF-8' },
  { value: 'CP1252', label: 'Windows-1252' },
  { value: 'latin-1', label: 'ISO 8859-1' },
  { value: 'utf-16', label: 'UTF-16' },
  { value: 'CP1250', label: 'Windows-1250' },
  { value: 'CP1251', label: 'Windows-1251' },
  { value: 'CP850', label: 'DOS 850' },
  { value: 'shift_jis', label: 'Shift JIS' },
];

function CsvFields({ options, detected, onChange }: FieldsProps) {
  return (
    <>
      <Choice
        label="Delimiter"
        value={options.delimiter}
        detected={detected.delimiter}
        choices={DELIMITERS}
        onChange={(delimiter) => onChange({ delimiter })}
      />
      <Choice
        label="Quote"
        value={options.quote}
        detected={detected.quote}
        choices={[
          { value: '"', label: 'double "' },
          { value: "'", label: "single '" },
          { value: '', label: 'none' },
        ]}
        onChange={(quote) => onChange({ quote })}
      />
      <Header options={options} detected={detected} onChange={onChange} />
      <label className="field">
        <span>Skip lines</span>
        <input
          className="select"
          type="number"
          min={0}
          placeholder={String(detected.skip ?? 0)}
          value={options.skip ?? ''}
          onChange={(event) => onChange({ skip: event.target.value === '' ? undefined : Number(event.target.value) })}
        />
      </label>
      <Choice
        label="Encoding"
        value={options.encoding}
        detected={detected.encoding}
        choices={ENCODINGS}
        onChange={(encoding) => onChange({ encoding })}
      />
      <Choice
        label="Decimal sign"
        value={options.decimal}
        detected={detected.decimal}
        choices={[
          { value: '.', label: 'point 1.5' },
          { value: ',', label: 'comma 1,5' },
        ]}
        onChange={(decimal) => onChange({ decimal: decimal as ',' | '.' | undefined })}
      />
      <Choice
        label="Date order"
        value={options.dateOrder}
        detected={detected.dateOrder}
        choices={[
          { value: 'dmy', label: 'day month year' },
          { value: 'mdy', label: 'month day year' },
          { value: 'ymd', label: 'year month day' },
        ]}
        onChange={(order) => onChange({ dateOrder: order as FileOptions['dateOrder'] })}
      />
      <Text
        label="Text for NULL"
        value={options.nullText}
        detected={detected.nullText}
        onChange={(nullText) => onChange({ nullText })}
      />
      <Choice
        label="Short rows"
        value={options.shortRows}
        detected={undefined}
        unset="are an error"
        choices={[{ value: 'null', label: 'end in NULL' }]}
        onChange={(shortRows) => onChange({ shortRows: shortRows as 'null' | undefined })}
      />
    </>
  );
}

function ExcelFields({ options, detected, onChange }: FieldsProps) {
  return (
    <>
      <Text
        label="Range"
        value={options.range}
        detected={detected.range ?? 'A1:F200'}
        onChange={(range) => onChange({ range })}
      />
      <Header options={options} detected={detected} onChange={onChange} />
    </>
  );
}

function Header({ options, detected, onChange }: FieldsProps) {
  const text = (value: boolean | undefined) => (value === undefined ? undefined : value ? 'yes' : 'no');
  return (
    <Choice
      label="Header row"
      value={text(options.header)}
      detected={text(detected.header)}
      choices={[
        { value: 'yes', label: 'yes' },
        { value: 'no', label: 'no' },
      ]}
      onChange={(value) => onChange({ header: value === undefined ? undefined : value === 'yes' })}
    />
  );
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  detected: string | undefined;
  choices: { value: string; label: string }[];
  /** What holds where nothing is set or detected. */
  unset?: string;
  onChange(value: string | undefined): void;
}

const AS_DETECTED = 'as-detected';

function Choice({ label, value, detected, choices, unset = 'as detected', onChange }: ChoiceProps) {
  const found = choices.find((choice) => choice.value === detected)?.label ?? detected;
  const own = value === undefined || choices.some((choice) => choice.value === value) ? [] : [{ value, label: value }];
  return (
    <label className="field">
      <span>{label}</span>
      <select
        className="select"
        value={value ?? AS_DETECTED}
        onChange={(event) => onChange(event.target.value === AS_DETECTED ? undefined : event.target.value)}
      >
        <option value={AS_DETECTED}>{found ? `${found} · detected` : unset}</option>
        {[...choices, ...own].map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TextProps {
  label: string;
  value: string | undefined;
  detected: string | undefined;
  onChange(value: string | undefined): void;
}

function Text({ label, value, detected, onChange }: TextProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        key={value ?? ''}
        className="select"
        placeholder={detected ?? ''}
        defaultValue={value ?? ''}
        onBlur={(event) => {
          const text = event.target.value;
          if (text !== (value ?? '')) onChange(text === '' ? undefined : text);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
    </label>
  );
}
