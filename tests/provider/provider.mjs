// An OpenID Connect provider on loopback with invented accounts.
//
// node provider.mjs '{"port": 9400, "redirect_uris": ["https://127.0.0.1:8443/oauth2callback"]}'
//
// Besides the protocol it has a sign-in page of one field, the address of an account, and two
// endpoints by which a test plays the administrator of the provider:
//   PUT /control/accounts/<address>  {"name": ..., "roles": [...]}   sets or adds an account
//   DELETE /control/accounts/<address>                               takes it away
//   PUT /control/lifetimes           {"IdToken": 60, ...}            seconds, for new tokens
// Roles are read anew for each token and each userinfo request.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const { port, redirect_uris } = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${port}`;

const accounts = new Map(Object.entries({
  'director@icoca.example': { name: 'Dana Director', roles: ['board'] },
  'executive@icoca.example': { name: 'Erin Executive', roles: ['executive'] },
  'nobody@icoca.example': { name: 'Noor Nobody', roles: ['gardener'] },
  // Known to the dashboard by the domain of the address, as their provider sends no roles.
  'chair@board.example': { name: 'Chris Chair' },
  'unproven@board.example': { name: 'Uma Unproven', email_verified: false },
}));
const lifetimes = { AccessToken: 3600, IdToken: 3600 };

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
// One client a section of the dashboard's configuration, as if they were two providers.
const client = (id) => ({
  client_id: id,
  client_secret: `secret of ${id} for tests on loopback only`.replaceAll(' ', '-'),
  redirect_uris,
  post_logout_redirect_uris: redirect_uris,
});

const provider = new Provider(issuer, {
  clients: [client('staff'), client('directors')],
  jwks: { keys: [{ ...key, alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['only for tests on loopback'] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], roles: ['roles'] },
  // The dashboard reads the ID token, so the claims of the scopes are in it.
  conformIdTokenClaims: false,
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      // Nobody needs to be asked again.
      logoutSource: (ctx, form) => {
        ctx.body = form.replace('</form>', '<input type="hidden" name="logout" value="yes"></form>')
          + '<script>document.forms[0].submit()</script>';
      },
    },
  },
  findAccount: (_, id) => accounts.has(id) && {
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: true, ...accounts.get(id) }),
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  // The dashboard is the provider's own, so nobody is asked for consent.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      accountId: ctx.oidc.session.accountId,
      clientId: ctx.oidc.client.clientId,
    });
    grant.addOIDCScope('openid profile email roles');
    await grant.save();
    return grant;
  },
  ttl: {
    AccessToken: () => lifetimes.AccessToken,
    IdToken: () => lifetimes.IdToken,
    Grant: 86400,
    Interaction: 3600,
    Session: 86400,
  },
});

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function interact(request, response) {
  if (request.method === 'POST') {
    const account = new URLSearchParams(await body(request)).get('address');
    const result = accounts.has(account)
      ? { login: { accountId: account } }
      : { error: 'access_denied', error_description: 'there is no such account' };
    await provider.interactionFinished(request, response, result, {
      mergeWithLastSubmission: false,
    });
    return;
  }
  await provider.interactionDetails(request, response);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><title>Provider</title><form method="post">
<label>Address <input name="address" autofocus></label><button>Continue</button></form>`);
}

async function control(request, response) {
  const [, , kind, name] = decodeURIComponent(request.url).split('/');
  if (kind === 'accounts' && request.method === 'PUT') {
    accounts.set(name, JSON.parse(await body(request)));
  } else if (kind === 'accounts' && request.method === 'DELETE') {
    accounts.delete(name);
  } else if (kind === 'lifetimes' && request.method === 'PUT') {
    Object.assign(lifetimes, JSON.parse(await body(request)));
  } else {
    response.statusCode = 404;
  }
  response.end();
}

const answer = provider.callback();
createServer((request, response) => {
  const part = request.url.split('/')[1];
  if (part !== 'interaction' && part !== 'control') return answer(request, response);
  const handler = part === 'control' ? control : interact;
  return handler(request, response).catch((error) => {
    response.statusCode = 400;
    response.end(`${error.name}: ${error.message}`);
  });
}).listen(port, '127.0.0.1');
