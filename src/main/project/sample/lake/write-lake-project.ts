import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, exists, fileError, randomName } from '../../atomic-file';
import { isEmptyFolder } from '../../project-files';
import { API_SCRIPT } from './api-script';
import { LAKE_README } from './lake-readme';
import { LAKE_WORKSHEETS } from './lake-worksheets';

const CUSTOMERS = 150;

function configText(name: string): string {
  return `# A Millrace project. This file is plain text: edit it here or in the app, and keep it in git.
name: ${JSON.stringify(name)}

# Where the lake lies: a folder on this machine.
lake:
  location: lake

connections:
  # The API of api/serve.mjs. One that asks for a login has it here too, with the secret kept elsewhere:
  #   auth: { type: bearer, token: "keychain:shop_api" }   or   "\${SHOP_API_TOKEN}"
  shop_api:
    type: http
    url: http://127.0.0.1:8787
    records: data
    endpoints:
      products:
        path: /products
        key: product_id
      orders:
        path: /orders
        key: order_id
        # Only what is new is asked for; the first time, all of it.
        incremental: { parameter: updated_since, cursor: updated_at, start: "2025-01-01" }

  # For a lake on MinIO or S3 with its catalog in PostgreSQL: fill these in, then
  #   millrace lake move --to s3://lake/shop/ --catalog team_db
  # minio:
  #   type: s3
  #   endpoint: http://127.0.0.1:9000
  #   bucket: lake
  #   key_id: \${MINIO_KEY}
  #   secret_key: \${MINIO_SECRET}
  #   access: write
  # team_db:
  #   type: postgres
  #   host: 127.0.0.1
  #   database: lake
  #   user: lake
  #   password: keychain:team_db
  #   access: write
`;
}

/**
 * Writes the project of a first data lake into a folder that is empty or does not exist yet: files to load, an API to
 * ask, worksheets that lead through it. It appears whole or not at all. Throws FILE_CHANGED where the folder holds
 * something.
 */
export async function writeLakeProject(folder: string): Promise<void> {
  const target = path.resolve(folder);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.making-${process.pid}-${randomName()}`);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    if ((await exists(target)) && !(await isEmptyFolder(target))) {
      throw Object.assign(new Error('not empty'), { code: 'ENOTEMPTY' });
    }
    await writeEverything(temporary, path.basename(target));
    await clear(target);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw errorCode(error) ? fileError(error, folder) : error;
  }
}

/** What a file manager left in the empty folder must not stop the renaming. */
async function clear(target: string): Promise<void> {
  if (!(await exists(target))) return;
  for (const name of await readdir(target)) await rm(path.join(target, name));
  await rmdir(target);
}

async function writeEverything(folder: string, name: string): Promise<void> {
  for (const part of ['data', 'api', 'queries']) await mkdir(path.join(folder, part), { recursive: true });
  await writeFile(path.join(folder, 'millrace.yaml'), configText(name));
  await writeFile(path.join(folder, '.gitignore'), '.millrace/\nlake/\n');
  await writeFile(path.join(folder, 'README.md'), LAKE_README);
  await writeFile(path.join(folder, 'api', 'serve.mjs'), API_SCRIPT);
  await writeFile(path.join(folder, 'data', 'customers.csv'), customersCsv());
  for (const [file, sql] of Object.entries(LAKE_WORKSHEETS)) await writeFile(path.join(folder, 'queries', file), sql);
}

const FIRST_NAMES = ['Ada', 'Ben', 'Cleo', 'Dora', 'Emil', 'Frida', 'Gero', 'Hanna', 'Ivo', 'Jana'];
const LAST_NAMES = ['Berg', 'Fischer', 'Gruber', 'Huber', 'Keller', 'Lang', 'Müller', 'Özdemir', 'Vogt', 'Weiß'];
const PLACES = [
  ['01067', 'Dresden', 'DE'],
  ['04109', 'Leipzig', 'DE'],
  ['10115', 'Berlin', 'DE'],
  ['1010', 'Wien', 'AT'],
  ['8001', 'Zürich', 'CH'],
] as const;

function customersCsv(): string {
  const lines = Array.from({ length: CUSTOMERS }, (_, index) => {
    const [postcode, city, country] = PLACES[(index * 7) % PLACES.length] ?? PLACES[0];
    const name = `${FIRST_NAMES[index % 10]} ${LAST_NAMES[(index * 3 + Math.floor(index / 10)) % 10]}`;
    const since = new Date(Date.UTC(2023, 0, 1) + index * 4 * 86_400_000).toISOString().slice(0, 10);
    return [`C${String(index + 1).padStart(4, '0')}`, name, postcode, city, country, since].join(',');
  });
  return `customer_id,name,postcode,city,country,customer_since\n${lines.join('\n')}\n`;
}
