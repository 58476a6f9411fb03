/**
 * The web API of the template, as a file of its project: plain Node, no package. It stands for any API on the web and
 * behaves like one: pages with a Link header, a parameter for what is new, and now and then a limit on calls.
 */
export const API_SCRIPT = `// The shop's web API, on this machine: node api/serve.mjs
// It answers like many APIs do: 100 records a page, a Link header to the next one, ?updated_since= for what is new,
// and now and then 429 with Retry-After.
//   --later     as it would be a day later: 40 new orders, and 25 old ones have changed
//   --port N    another port than 8787
import { createServer } from 'node:http';

const PAGE = 100;
const isLater = process.argv.includes('--later');
const port = Number(process.argv[process.argv.indexOf('--port') + 1]) || 8787;

const products = Array.from({ length: 60 }, (_, i) => ({
  product_id: i + 1,
  name: \`\${['Lamp', 'Chair', 'Table', 'Shelf', 'Rug', 'Clock'][i % 6]} \${String.fromCharCode(65 + (i % 26))}\`,
  category: ['Light', 'Seating', 'Living', 'Storage', 'Living', 'Decoration'][i % 6],
  price: ((i * 137) % 19000) / 100 + 9.9,
}));

const orders = Array.from({ length: isLater ? 1540 : 1500 }, (_, i) => {
  const ordered = Date.UTC(2025, 0, 1) + i * 6 * 3_600_000;
  const isChanged = isLater && i < 1500 && i % 60 === 0;
  return {
    order_id: i + 1,
    customer_id: \`C\${String(((i * 31) % 150) + 1).padStart(4, '0')}\`,
    ordered_at: new Date(ordered).toISOString(),
    updated_at: new Date(isChanged ? Date.UTC(2026, 0, 13) + i * 1000 : ordered + 3_600_000).toISOString(),
    status: isChanged ? 'returned' : ['paid', 'shipped', 'delivered'][i % 3],
    lines: Array.from({ length: (i % 3) + 1 }, (_line, n) => ({
      product_id: ((i * 7 + n * 13) % 60) + 1,
      quantity: ((i + n) % 4) + 1,
    })),
  };
});

let calls = 0;

const server = createServer((request, response) => {
  const url = new URL(request.url, \`http://\${request.headers.host}\`);
  const answer = (status, body, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
  calls += 1;
  if (calls % 10 === 0) return answer(429, { error: 'too many calls' }, { 'retry-after': '0' });
  const since = url.searchParams.get('updated_since') ?? '';
  const all =
    url.pathname === '/orders'
      ? orders.filter((order) => order.updated_at >= since)
      : url.pathname === '/products'
        ? products
        : undefined;
  if (!all) return answer(404, { error: 'there is /orders and /products' });
  const page = Number(url.searchParams.get('page') ?? 1);
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const link = page * PAGE < all.length ? { link: \`<\${next}>; rel="next"\` } : {};
  return answer(200, { data: all.slice((page - 1) * PAGE, page * PAGE), total: all.length }, link);
});

server.listen(port, '127.0.0.1', () => console.log(\`The shop's API answers at http://127.0.0.1:\${port} (Ctrl+C ends it)\`));
`;
