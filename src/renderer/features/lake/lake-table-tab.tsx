import { useState } from 'react';
import type { LakeTableName, LakeTablePage } from '../../../shared/lake';
import { api } from '../../api/client';
import { runCommand } from '../../app/commands/registry';
import type { TabInput } from '../../app/workbench/tab';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatBytes, formatCount } from '../../ui/format';
import { Segmented } from '../../ui/segmented';
import { sqlName } from './sql-name';
import { TableColumns } from './table-columns';
import { TableFiles } from './table-files';
import { TableSnapshots } from './table-snapshots';
import { TableUpkeep } from './table-upkeep';
import { useOfLake } from './use-lake-table';
import './lake.css';

const readPage = (table: LakeTableName) => api.lake.page.query(table);

const SECTIONS = [
  { value: 'columns', label: 'Columns' },
  { value: 'snapshots', label: 'Snapshots' },
  { value: 'files', label: 'Files and partitions' },
  { value: 'upkeep', label: 'Maintenance' },
] as const;

type Section = (typeof SECTIONS)[number]['value'];

/** The page of a lake table: what it holds, its versions, its files, and what can be done to them. */
export function LakeTableTab({ input }: { input: TabInput; active: boolean }) {
  const table = input.data as unknown as LakeTableName;
  const [section, setSection] = useState<Section>('columns');
  const page = useOfLake(table, readPage);
  return (
    <div className="lake-tab">
      <Toolbar table={table} page={page.value} section={section} onSection={setSection} />
      {page.error ? (
        <ErrorBox error={page.error}>
          <Button onClick={() => void page.load()}>Read it again</Button>
        </ErrorBox>
      ) : null}
      <div className="lake-body">
        {page.value ? <SectionView page={page.value} section={section} /> : page.error ? null : <Skeleton />}
      </div>
    </div>
  );
}

function SectionView({ page, section }: { page: LakeTablePage; section: Section }) {
  switch (section) {
    case 'columns':
      return <TableColumns page={page} />;
    case 'snapshots':
      return <TableSnapshots page={page} />;
    case 'files':
      return <TableFiles page={page} />;
    case 'upkeep':
      return <TableUpkeep page={page} />;
  }
}

interface ToolbarProps {
  table: LakeTableName;
  page: LakeTablePage | undefined;
  section: Section;
  onSection(section: Section): void;
}

function Toolbar({ table, page, section, onSection }: ToolbarProps) {
  const last = page?.lastSnapshot;
  return (
    <div className="toolbar" role="toolbar" aria-label="Lake table">
      <Button
        look="primary"
        icon="code"
        disabled={!page}
        onClick={() => void runCommand('worksheet.query', `from ${sqlName(table)} limit 1000;`)}
      >
        Query it
      </Button>
      <Segmented<Section> label="Section" value={section} options={[...SECTIONS]} onChange={onSection} />
      <span className="gap" />
      {page ? (
        <span className="lake-facts numbers">
          {formatCount(page.rows)} rows · {formatBytes(page.bytes)}
          {last ? (
            <>
              {' · '}
              <span title={last.message}>
                version {last.id}, {new Date(last.time).toLocaleString()}
              </span>
            </>
          ) : null}
        </span>
      ) : null}
    </div>
  );
}

function Skeleton() {
  return (
    <div className="lake-skeleton" role="status" aria-label="Reading the table">
      {[0, 1, 2, 3, 4, 5, 6].map((row) => (
        <span key={row} className="skeleton" />
      ))}
    </div>
  );
}
