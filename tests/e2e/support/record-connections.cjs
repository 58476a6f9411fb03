// Loaded into each Node process of a test by NODE_OPTIONS: writes every connection and name lookup that would leave this
// machine to the file named in MILLRACE_TEST_CONNECTIONS.
const { appendFileSync } = require('node:fs');
const dns = require('node:dns');
const net = require('node:net');

const OWN = /^(127\.|::1$|localhost$|0\.0\.0\.0$)/;
const note = (kind, host) => {
  if (typeof host === 'string' && !OWN.test(host))
    appendFileSync(process.env.MILLRACE_TEST_CONNECTIONS, `${kind} ${host}\n`);
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function recordedConnect(...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (options && typeof options === 'object' && !options.path) note('connect', options.host ?? 'localhost');
  return connect.apply(this, args);
};

for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  const original = dns[name];
  dns[name] = (host, ...rest) => {
    note('lookup', host);
    return original(host, ...rest);
  };
}
