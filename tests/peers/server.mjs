// A certified authorization server (npm oidc-provider) with its own login and consent pages. Prints its address.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const require = createRequire(process.env.PEER_MODULES + '/');
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href);
const tls = process.env.PEER_KEY;
const server = tls
  ? https.createServer({ key: readFileSync(process.env.PEER_KEY), cert: readFileSync(process.env.PEER_CERT) })
  : http.createServer();
const grants = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'];
const client = (more) => ({
  application_type: 'native', grant_types: grants, response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/callback'], ...more,
});
server.listen(0, '127.0.0.1', () => {
  const base = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  const provider = new Provider(base, {
    clients: [
      client({ client_id: 'native', token_endpoint_auth_method: 'none' }),
      client({ client_id: 'odd:one', client_secret: 's3cr3t+with/special%chars and spaces:0123456789', token_endpoint_auth_method: 'client_secret_basic' }),
    ],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    features: {
      devInteractions: { enabled: true }, deviceFlow: { enabled: true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: process.env.PEER_PAR === '1' },
      revocation: { enabled: true, allowedPolicy: () => true },
      introspection: { enabled: true, allowedPolicy: () => true },
    },
    ttl: { AccessToken: 3600 },
    scopes: ['openid', 'offline_access', 'email'],
    claims: { openid: ['sub'], email: ['email'] },
    cookies: { keys: ['practice'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@peer.example` }) }),
    conformIdTokenClaims: false,
  });
  let drops = 0;
  // Requests to /token that wait for /peer/release.
  let held = null;
  server.on('request', (request, response) => {
    if (request.url === '/peer/drop') {
      drops += 1;
      return response.end();
    }
    if (request.url === '/peer/hold') {
      held = [];
      return response.end();
    }
    if (request.url === '/peer/release') {
      const waiting = held ?? [];
      held = null;
      waiting.forEach((go) => go());
      return response.end();
    }
    if (request.url === '/token' && held) {
      held.push(() => provider.callback()(request, response));
      return;
    }
    if (request.url === '/token' && drops > 0) {
      // The server does its work; the answer never arrives.
      drops -= 1;
      response.end = () => request.socket.destroy();
    }
    console.log(`${request.method} ${request.url.split('?')[0]}`);
    provider.callback()(request, response);
  });
  console.log(base);
});
