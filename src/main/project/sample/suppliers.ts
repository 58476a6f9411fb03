const NAMES =
  'Müller & Söhne,Gebrüder Weiß,Ångström AB,Société Générale du Bois,Öztürk Tekstil,Køkkenhuset,Fábrica Peña,Großhandel Jäger,Atelier Ébène,Żabka Dom,Lefèvre Frères,Häusler,Bäckström,Café Noir Import,Tuchfabrik Höß'
    // Windows-1252 has no Ż.
    .replace('Ż', 'Z')
    .split(',');
const FORMS = ['GmbH', 'AG', 'SARL', 'OHG', 'KG', 'e.K.'];
const CITIES = [
  'Köln;DE',
  'Zürich;CH',
  'Århus;DK',
  'Besançon;FR',
  'Málaga;ES',
  'Düsseldorf;DE',
  'Graz;AT',
  'Göteborg;SE',
];
const TERMS = ['30 Tage netto', '14 Tage – 2 % Skonto', 'Vorkasse', 'ab 500 € frei Haus'];

/**
 * A list of suppliers as an old German trade system exports it: semicolons, decimal comma, thousands with a dot, dates
 * as day.month.year, Windows-1252. It is here to be read with file options.
 */
export function suppliersCsv(): Buffer {
  const rows = ['supplier_id;name;city;country;discount_percent;minimum_order;since;terms'];
  for (let id = 1; id <= 180; id += 1) {
    const name = `${entry(NAMES, id * 7)} ${entry(FORMS, id * 5 + 1)}${id > 90 ? ` ${Math.ceil(id / 15)}` : ''}`;
    const discount = `${(id * 13) % 12},${(id * 37) % 10}`;
    const minimum = `${50 + ((id * 29) % 46) * 25},${id % 3 === 0 ? '50' : '00'}`;
    const since = `${two(1 + ((id * 11) % 28))}.${two(1 + ((id * 5) % 12))}.${2004 + ((id * 17) % 20)}`;
    rows.push([id, name, entry(CITIES, id * 3), discount, minimum, since, entry(TERMS, id)].join(';'));
  }
  return windows1252(`${rows.join('\r\n')}\r\n`);
}

function entry(words: string[], index: number): string {
  return words[index % words.length] ?? '';
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** Of what Windows-1252 puts between 0x80 and 0x9f the file uses two signs; the rest is Latin-1. */
function windows1252(text: string): Buffer {
  return Buffer.from(text.replaceAll('€', '\u0080').replaceAll('–', '\u0096'), 'latin1');
}
