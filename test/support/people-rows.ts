import { everybody, hidden, operatorOnly, ownList, type Row, unknown } from "./authorisation-row.ts";
import { emailOf, inviteToken, joinToken, memberId, personNames, personPassword } from "./people-of-accounts.ts";

const member = { params: { id: memberId } };
const password = "another horse battery";
const anybodyElse = { bright: "refused", dim: "refused", net: "refused", rival: "refused" } as const;

export const peopleRows: readonly Row[] = [
  {
    operation: "signIn",
    expected: everybody,
    ask: () => ({ payload: { email: emailOf("owner signed in"), password: personPassword } }),
  },
  { operation: "readSession", expected: ownList, ask: () => ({}) },
  // A key has no session.
  {
    operation: "changeSession",
    expected: anybodyElse,
    admits: personNames,
    ask: () => ({ payload: { name: "somebody" } }),
  },
  {
    operation: "changeSession",
    about: "into an account of which only the viewer is to be a member",
    expected: anybodyElse,
    admits: ["rival signed in"],
    ask: () => ({ payload: { account_id: "rival" } }),
  },
  {
    operation: "changePassword",
    expected: anybodyElse,
    admits: personNames,
    ask: () => ({ payload: { current_password: personPassword, new_password: password } }),
  },
  { operation: "signOut", expected: anybodyElse, admits: personNames, ask: () => ({}) },
  { operation: "readInvitation", expected: everybody, ask: () => ({ params: { token: inviteToken } }) },
  {
    operation: "acceptInvitation",
    expected: everybody,
    ask: () => ({ params: { token: inviteToken }, payload: { name: "new", password } }),
  },
  {
    operation: "joinAccount",
    expected: anybodyElse,
    admits: ["viewer signed in"],
    ask: () => ({ params: { token: joinToken } }),
  },
  { operation: "startOidc", expected: everybody, ask: () => ({}) },
  // Nobody of them began.
  { operation: "finishOidc", expected: anybodyElse, admits: [], ask: () => ({ query: "code=x&state=y" }) },
  { operation: "listUsers", expected: ownList, ask: () => ({}) },
  { operation: "readUser", expected: hidden, ask: () => member },
  {
    operation: "inviteUser",
    expected: everybody,
    ask: () => ({ payload: { email: "new@example.com", role: "viewer" } }),
  },
  {
    operation: "inviteUser",
    about: "into acme",
    expected: unknown,
    ask: () => ({ payload: { email: "new@example.com", role: "viewer", account_id: "acme" } }),
  },
  { operation: "changeUser", expected: hidden, ask: () => ({ ...member, payload: { role: "editor" } }) },
  { operation: "removeUser", expected: hidden, ask: () => member },
  { operation: "resetUser", expected: hidden, ask: () => member },
  // There are people already.
  { operation: "linkFirstOwner", expected: { ...operatorOnly, operator: "unknown" }, ask: () => ({}) },
];
