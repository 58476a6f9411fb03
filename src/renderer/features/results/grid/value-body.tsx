import { useEffect, useMemo, useState } from 'react';
import type { ColumnKind } from '../../../../shared/columns';
import type { CellValue } from '../../../../shared/results';
import { hexBytes, hexDump, imageType } from './hex-dump';
import { formatJson, type JsonNode } from './json-node';
import { JsonTree } from './json-tree';

/** Characters put on the page at once: more would stall it. */
const TEXT_PAGE = 100_000;
const HEX_PAGE = 512;

interface ValueBodyProps {
  value: CellValue;
  kind: ColumnKind;
  node: JsonNode | undefined;
  tree: boolean;
  wrap: boolean;
}

/** A whole value in the form that suits its type. */
export function ValueBody({ value, kind, node, tree, wrap }: ValueBodyProps) {
  const pretty = useMemo(() => (node && !tree ? formatJson(node) : undefined), [node, tree]);
  if (value.isNull) return <p className="value-null">NULL</p>;
  if (kind === 'blob') return <BlobBody hex={value.text} />;
  if (node && tree) return <JsonTree node={node} />;
  if (value.text === '' && !pretty) return <p className="value-null">empty text</p>;
  return <TextBody text={pretty ?? value.text} wrap={wrap} />;
}

function TextBody({ text, wrap }: { text: string; wrap: boolean }) {
  const [shown, setShown] = useState(TEXT_PAGE);
  return (
    <>
      <pre className={wrap ? 'value-text wrap' : 'value-text'}>{text.slice(0, shown)}</pre>
      {text.length > shown ? (
        <button type="button" className="button quiet" onClick={() => setShown(shown * 2)}>
          {(text.length - shown).toLocaleString('en-US')} more characters
        </button>
      ) : null}
    </>
  );
}

function BlobBody({ hex }: { hex: string }) {
  const [lines, setLines] = useState(HEX_PAGE);
  const bytes = useMemo(() => hexBytes(hex), [hex]);
  const dump = useMemo(() => hexDump(bytes, 0, lines), [bytes, lines]);
  const image = useObjectUrl(bytes);
  return (
    <>
      {image ? <img className="value-image" src={image} alt="Preview of the value" /> : null}
      <pre className="value-text">{dump}</pre>
      {bytes.length > lines * 16 ? (
        <button type="button" className="button quiet" onClick={() => setLines(lines * 4)}>
          More bytes
        </button>
      ) : null}
    </>
  );
}

function useObjectUrl(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const type = imageType(bytes);
    if (!type) {
      setUrl(undefined);
      return;
    }
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  return url;
}
