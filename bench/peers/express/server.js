// A Forge remote as one writes it with Express and jose: it validates the invocation token, looks at the claims that it
// needs, and answers from memory. It keeps nothing, so it does less than the remote that it is compared to.
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { PORT, JWKS_URL, APP_ID } = process.env;

// Fetched once, at the first token.
const keys = createRemoteJWKSet(new URL(JWKS_URL), { cacheMaxAge: Infinity });
const expected = {
  algorithms: ['RS256'],
  issuer: 'forge/invocation-token',
  audience: APP_ID,
  clockTolerance: 30,
  requiredClaims: ['iss', 'aud', 'exp', 'iat'],
};

const refuse = (response) => response.status(401).json({ error: { code: 'invalid_token' } });

async function authenticate(request, response, next) {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer' || !token) return refuse(response);
  let claims;
  try {
    claims = (await jwtVerify(token, keys, expected)).payload;
  } catch {
    return refuse(response);
  }
  const installation = claims.app?.installation?.id ?? claims.app?.installationId;
  if (claims.app?.id !== APP_ID || typeof installation !== 'string') return refuse(response);
  request.invocation = { installation, principal: claims.principal };
  return next();
}

const app = express();
app.disable('x-powered-by');
app.disable('etag');

app.get('/health/ready', (_, response) => response.json({ status: 'ready' }));

app.post('/echo', authenticate, express.json(), (request, response) => {
  const { installation, principal } = request.invocation;
  response.json({ received: request.body, installation, principal });
});

app.listen(Number(PORT), '127.0.0.1');
