// Reads our status lists with libraries of others. In: {jwt, credentials, entries, places}; out: what each of them says.
import {checkStatus, decodeList} from '@digitalbazaar/vc-bitstring-status-list';
import {getListFromStatusListJWT} from '@sd-jwt/jwt-status-list';
import {BitstreamStatusList, checkStatus as checkByOthers} from '@4sure-tech/vc-bitstring-status-lists';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const {jwt, credentials, entries, places} = JSON.parse(Buffer.concat(chunks).toString());
const lists = Object.fromEntries(credentials.map(one => [one.id, one]));
const of = purpose => credentials.find(one => one.credentialSubject.statusPurpose === purpose);

const token = getListFromStatusListJWT(jwt);
const bits = {};
for (const purpose of ['revocation', 'suspension']) {
  const list = await decodeList({encodedList: of(purpose).credentialSubject.encodedList});
  bits[purpose] = places.map(place => list.getStatus(place));
}
const message = await BitstreamStatusList.decode({
  encodedList: of('message').credentialSubject.encodedList, statusSize: 4
});
const holder = index => ({
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  type: ['VerifiableCredential'],
  issuer: credentials[0].issuer,
  credentialSubject: {id: 'urn:uuid:0'},
  credentialStatus: entries[index],
});
const checked = [];
for (const index of places.keys()) {
  const credential = holder(index);
  credential.credentialStatus = credential.credentialStatus.filter(one => one.statusPurpose !== 'message');
  const result = await checkStatus({
    credential,
    documentLoader: async url => ({document: lists[url]}),
    verifyBitstringStatusListCredential: false,
  });
  checked.push(result.results.map(one => one.status));
}
const told = [];
for (const index of places.keys()) {
  const credential = holder(index);
  credential.credentialStatus = credential.credentialStatus.find(one => one.statusPurpose === 'message');
  const result = await checkByOthers({credential, getStatusListCredential: async url => lists[url]});
  if (result.error) throw result.error;
  told.push(result.status);
}
process.stdout.write(JSON.stringify({
  token: places.map(place => token.getStatus(place)),
  bits,
  message: places.map(place => message.getStatus(place)),
  checked,
  told,
}));
