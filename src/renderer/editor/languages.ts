import { monaco } from './monaco';
import { SQL_CONFIGURATION, SQL_GRAMMAR, SQL_LANGUAGE } from './sql-grammar';
import { registerSqlProviders } from './sql-providers';

let registered = false;

/** Tells Monaco of every language the editors know, once. Another language is another entry here. */
export function registerLanguages(): void {
  if (registered) return;
  registered = true;
  monaco.languages.register({ id: SQL_LANGUAGE, extensions: ['.sql'], aliases: ['SQL'] });
  monaco.languages.setMonarchTokensProvider(SQL_LANGUAGE, SQL_GRAMMAR);
  monaco.languages.setLanguageConfiguration(SQL_LANGUAGE, SQL_CONFIGURATION);
  registerSqlProviders();
}
