/** The words that the sample's shop is made of. Order and number of entries decide the values: changing them changes the data. */

export const FIRST_NAMES =
  'Anna Ben Clara David Emma Felix Greta Hannah Ida Jonas Karla Leon Mia Noah Ole Paula Quentin Rosa Simon Tilda Ute Viktor Wanda Yara Zoé Łukasz Agnieszka Émile Amélie Søren Freja Jürgen Björn Aylin Mehmet Chiara Matteo Sanne Daan Siobhán Oliver Grace Zofia Piotr Inès Théo Märta Elif Nils Franziska'.split(
    ' ',
  );

export const LAST_NAMES =
  "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Huber Gruber Steiner Bauer Novák Kowalski Wiśniewski Wójcik Dubois Lefèvre Moreau García Rossi Jensen Nielsen O'Brien Smith Taylor de_Vries Jansen Yılmaz Demir Öztürk Nguyễn Løvgren Sørensen Bélanger Ó_Súilleabháin Strauß Weiß Groß Blanc Petit".split(
    ' ',
  );

/** Country, city, telephone prefix, postcode pattern (`#` is a digit), weight. */
export const CITIES: readonly (readonly [string, string, string, string, number])[] = [
  ['DE', 'Berlin', '+49 30', '10###', 13],
  ['DE', 'Hamburg', '+49 40', '20###', 8],
  ['DE', 'München', '+49 89', '80###', 8],
  ['DE', 'Köln', '+49 221', '50###', 6],
  ['DE', 'Dresden', '+49 351', '010##', 4],
  ['DE', 'Leipzig', '+49 341', '041##', 4],
  ['DE', 'Nürnberg', '+49 911', '90###', 3],
  ['DE', 'Stuttgart', '+49 711', '70###', 3],
  ['DE', 'Görlitz', '+49 3581', '028##', 1],
  ['AT', 'Wien', '+43 1', '1##0', 6],
  ['AT', 'Graz', '+43 316', '80##', 2],
  ['AT', 'Linz', '+43 732', '40##', 1],
  ['CH', 'Zürich', '+41 44', '80##', 4],
  ['CH', 'Genève', '+41 22', '12##', 2],
  ['NL', 'Amsterdam', '+31 20', '10## AB', 5],
  ['NL', 'Utrecht', '+31 30', '35## CX', 2],
  ['FR', 'Paris', '+33 1', '750##', 6],
  ['FR', 'Lyon', '+33 4', '690##', 3],
  ['FR', "Bourg-en-Bresse, l'Ain", '+33 4', '010##', 1],
  ['PL', 'Warszawa', '+48 22', '00-0##', 5],
  ['PL', 'Kraków', '+48 12', '30-0##', 3],
  ['PL', 'Łódź', '+48 42', '90-0##', 2],
  ['DK', 'København', '+45 33', '1###', 3],
  ['DK', 'Århus', '+45 86', '80##', 1],
  ['GB', 'London', '+44 20', 'E1# #AA', 3],
  ['GB', 'Leeds', '+44 113', 'LS# #BD', 1],
];

/** Name, SKU prefix, middle price in cents, share of lines that come back in percent, months in which it sells best. */
export const CATEGORIES: readonly (readonly [string, string, number, number, readonly number[]])[] = [
  ['Home', 'HO', 3400, 3, [1, 2, 10, 11]],
  ['Kitchen', 'KI', 4200, 3, [11, 12]],
  ['Garden', 'GA', 3900, 4, [3, 4, 5, 6]],
  ['Toys', 'TO', 2400, 2, [11, 12]],
  ['Books', 'BO', 1600, 1, [7, 12]],
  ['Electronics', 'EL', 14900, 7, [11, 12]],
  ['Sports', 'SP', 5200, 5, [1, 5, 6, 7]],
  ['Clothing', 'CL', 4500, 14, [3, 4, 9, 10]],
];

/** Four kinds of goods for each category, in the same order. */
export const GOODS: readonly (readonly string[])[] = [
  ['Lamp', 'Cushion', 'Shelf', 'Rug'],
  ['Pan', 'Knife Set', 'Teapot', 'Mixing Bowl'],
  ['Watering Can', 'Pruner', 'Planter', 'Hammock'],
  ['Puzzle', 'Building Set', 'Board Game', 'Kite'],
  ['Novel', 'Cookbook', 'Travel Guide', 'Notebook'],
  ['Headphones', 'Speaker', 'Keyboard', 'Camera'],
  ['Yoga Mat', 'Dumbbell', 'Running Belt', 'Tent'],
  ['Jacket', 'Sneakers', 'Scarf', 'Jumper'],
];

export const BRANDS =
  'Aldermill Birkenau Corvo Dünenwind Elfström Fjellrev Grünspan Hearthside Ivo&Co Juniper Kestrel Lumen'.split(' ');

export const COLOURS = 'black white grey navy olive sand rust teal plum mustard'.split(' ');

export const REASONS = ['too small', 'too large', 'damaged', 'not as described', 'changed mind', 'late', 'wrong item'];
