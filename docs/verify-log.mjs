// Checks a log that was exported as tiles, with nothing of Reach: node verify-log.mjs FOLDER "KEY"
//
// FOLDER is what `reach log export --format tiles -o FOLDER` wrote or a web server serves, KEY the line that `reach key public` prints.
// It follows RFC 6962 (the tree), C2SP signed-note, tlog-checkpoint and tlog-tiles. docs/log.md says what entries mean.

import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, line] = process.argv.slice(2);
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const fail = (why) => {
  console.error(why);
  process.exit(1);
};

// The key: name+id+base64(1, 32 bytes). Its id is the beginning of a digest of the name and the key.
const [, name, id, coded] = line.match(/^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/) ?? fail("the key is no line name+id+key");
const key = Buffer.from(coded, "base64");
if (sha256(name, "\n", key).subarray(0, 4).toString("hex") !== id || key.length !== 33 || key[0] !== 1) fail("the key is not one of Ed25519, or not of that name");
const publicKey = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: key.subarray(1).toString("base64url") } });

// The checkpoint: three lines, an empty one, signatures.
const note = readFileSync(join(folder, "checkpoint"), "utf8");
const end = note.lastIndexOf("\n\n");
const text = note.slice(0, end + 1);
const signed = note.slice(end + 2).split("\n").some((signature) => {
  const [dash, signer, value] = signature.split(" ");
  const bytes = Buffer.from(value ?? "", "base64");
  return dash === "—" && signer === name && bytes.subarray(0, 4).toString("hex") === id && verify(null, Buffer.from(text), publicKey, bytes.subarray(4));
});
if (!signed) fail("the key has not signed the checkpoint");
const [origin, size, root] = text.split("\n");

// The entries, 256 a file, each after its length.
const part = (n) => String(n % 1000).padStart(3, "0");
const path = (n) => (n < 1000 ? part(n) : path(Math.floor(n / 1000)).replace(/(\d{3})$/, "x$1") + "/" + part(n));
const count = Number(size);
const leaves = [];
const heads = new Map();
for (let tile = 0; tile * 256 < count; tile++) {
  const width = Math.min(256, count - tile * 256);
  const bytes = readFileSync(join(folder, "tile", "entries", path(tile) + (width < 256 ? `.p/${width}` : "")));
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt16BE(at);
    const entry = bytes.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    const number = leaves.length;
    const hash = sha256(Buffer.of(0), entry);
    leaves.push(hash);
    // Entries of a session follow each other.
    const said = JSON.parse(entry);
    if (said.kind !== "event") continue;
    const head = heads.get(said.session) ?? { number: -1, hash: "0".repeat(64), after: "0".repeat(64) };
    if (said.number !== head.number + 1 || said.previous !== head.hash || said.before !== head.after) fail(`entry ${number} does not follow its session`);
    heads.set(said.session, { number: said.number, hash: hash.toString("hex"), after: said.after });
  }
}
if (leaves.length !== count) fail(`there are ${leaves.length} entries, and the checkpoint says ${count}`);

// The root of their tree.
const tree = (from, to) => {
  if (to - from === 0) return sha256("");
  if (to - from === 1) return leaves[from];
  let half = 1;
  while (half * 2 < to - from) half *= 2;
  return sha256(Buffer.of(1), tree(from, from + half), tree(from + half, to));
};
if (tree(0, count).toString("base64") !== root) fail("the entries are not those that were signed");
console.log(`${count} entries of ${origin}, ${heads.size} sessions: as ${name} has signed them`);
