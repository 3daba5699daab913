// SPDX-License-Identifier: Apache-2.0
// Writes every dashboard as NAME.json into the folder that is given. The same source gives the same bytes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
for (const name of ['home', 'trends', 'forecast', 'messages', 'health', 'lines']) {
  const { default: board } = await import(`./${name}.mjs`);
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(board, null, 2)}\n`);
}
