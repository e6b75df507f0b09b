// Runs calls of the real @forge/kvs: node kvs.mjs <emulator> '[["acme", ["get", "key"]], …]'. A call is a site and a chain of methods with their
// arguments, in which {$where}, {$filter} stand for the package's conditions. Prints what each came to.
import { createRequire } from 'node:module';

const [emulator, calls] = process.argv.slice(2);

// What the platform gives a function.
let site;
globalThis.__forge_fetch__ = ({ type }, path, init) => {
  if (type !== 'kvs') throw new Error(`The emulator does not know the fetch type ${type}.`);
  return fetch(`${emulator}/kvs${path}`, { ...init, headers: { ...init.headers, 'x-emulator-site': site } });
};

const { kvs, WhereConditions, FilterConditions, Filter } = createRequire(import.meta.url)('@forge/kvs');

const revive = value => {
  if (value?.$where) return WhereConditions[value.$where[0]](...value.$where.slice(1));
  if (value?.$filter) {
    return value.$filter.reduce((filter, [operator, property, condition, ...values]) => filter[operator](property, FilterConditions[condition](...values)), new Filter());
  }
  if (Array.isArray(value)) return value.map(revive);
  return value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revive(inner)])) : value;
};

const outcomes = [];
for (const [where, ...chain] of JSON.parse(calls)) {
  site = where;
  try {
    outcomes.push({ resolved: await chain.reduce((target, [method, ...values]) => target[method](...values.map(revive)), kvs) });
  } catch (error) {
    outcomes.push({ rejected: { name: error.name, message: error.message, code: error.code, status: error.responseDetails?.status } });
  }
}
console.log(JSON.stringify(outcomes));
