import { say } from './said.js';

/** What a button does, as data: it is sent, or shown as a curl command. */
export const call = (method, path, body) => ({ method, path, body });

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Sends a call and answers its JSON. Throws a Refusal with the emulator's own words. */
export async function send(wanted, signal) {
  const response = await ask(wanted, {}, signal);
  const answer = parsed(await response.text());
  if (!response.ok) throw new Refusal(response.status, answer?.message ?? `${wanted.method} ${wanted.path} was answered ${response.status}.`);
  return answer;
}

/** Sends a call whose answer is not the emulator's but a remote's: whatever it is, it is shown. A redirect is not followed. */
export async function exchange(wanted) {
  const response = await ask(wanted, { redirect: 'manual' });
  return { status: response.status, isRedirect: response.type === 'opaqueredirect', headers: Object.fromEntries(response.headers), body: await response.text() };
}

/** A body that is text goes as it is, all else as JSON. */
const typeOf = body => typeof body !== 'string' || parsed(body) !== null ? 'application/json' : 'text/plain';
const textOf = body => typeof body === 'string' ? body : JSON.stringify(body);

async function ask({ method, path, body }, options, signal) {
  try {
    return await fetch(path, {
      ...options,
      method,
      signal,
      headers: body === undefined ? {} : { 'content-type': typeOf(body) },
      body: body === undefined ? undefined : textOf(body),
    });
  } catch (problem) {
    if (problem.name === 'AbortError') throw problem;
    throw new Refusal(0, 'The emulator does not answer. Is it still running?');
  }
}

export const get = (path, signal) => send(call('GET', path), signal);

/** Sends a call, and says how it went. Answers undefined after a refusal. */
export async function act(wanted, done) {
  try {
    const answer = await send(wanted);
    if (done) say(typeof done === 'function' ? done(answer) : done);
    return answer ?? {};
  } catch (problem) {
    say(problem.message, 'problem');
    return undefined;
  }
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

const quoted = text => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The command that does the same. */
export function curl({ method, path, body }) {
  const words = ['curl'];
  if (method !== 'GET' && !(method === 'POST' && body !== undefined)) words.push('-X', method);
  words.push(/[?&;]/.test(path) ? quoted(location.origin + path) : location.origin + path);
  if (body === undefined) return words.join(' ');
  // With -d, a text that begins with @ would be the name of a file.
  return `${words.join(' ')} -H 'content-type: ${typeOf(body)}' \\\n  ${typeof body === 'string' ? '--data-raw' : '-d'} ${quoted(textOf(body))}`;
}

/** The commands that mint a token for what a request's was for, and send the request once more, past the platform. */
export function curlOfRequest(request, remotes) {
  const { fit, request: sent } = request;
  const named = name => Object.keys(sent.headers).some(header => header.toLowerCase() === name);
  const of = new URL(request.path, remotes.find(remote => remote.key === request.remote)?.url ?? 'http://127.0.0.1:5001');
  const mint = { site: request.site, user: request.user ?? 'anonymous' };
  const isDelivery = fit?.claims?.app?.module?.type === 'core:endpoint';
  if (isDelivery) mint.claims = { app: { module: fit.claims.app.module }, context: { moduleKey: request.module } };
  else if (request.module) mint.module = request.module;
  if (request.kind === 'function') mint.fromFunction = true;
  const lines = [
    `MINTED=$(curl -s ${location.origin}/mint -H 'content-type: application/json' -d ${quoted(JSON.stringify(mint))})`,
    `curl -i -X ${request.method} ${quoted(of.href)}`,
    `  -H "authorization: Bearer $(jq -r .fit <<<"$MINTED")"`,
  ];
  if (named('x-forge-oauth-system')) lines.push(`  -H "x-forge-oauth-system: $(jq -r .systemToken <<<"$MINTED")"`);
  if (named('x-forge-oauth-user')) lines.push(`  -H "x-forge-oauth-user: $(jq -r .userToken <<<"$MINTED")"`);
  for (const [name, values] of Object.entries(sent.headers)) {
    if (skipped.has(name.toLowerCase())) continue;
    for (const value of values) lines.push(`  -H ${quoted(`${name}: ${value}`)}`);
  }
  if (sent.body) lines.push(`  --data-raw ${quoted(sent.body)}`);
  return `${lines[0]}\n${lines.slice(1).join(' \\\n')}`;
}

const skipped = new Set(['authorization', 'x-forge-oauth-system', 'x-forge-oauth-user', 'content-length', 'host', 'connection']);
