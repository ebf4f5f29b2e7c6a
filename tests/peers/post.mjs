// An SMTP server (npm `smtp-server`) that keeps what it is handed: a line of JSON for each mail.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { SMTPServer } = createRequire(`${process.env.PEER_MODULES}/`)("smtp-server");
const server = new SMTPServer({
  key: readFileSync(process.env.PEER_KEY),
  cert: readFileSync(process.env.PEER_CERT),
  // Nobody logs in before the encryption has begun.
  allowInsecureAuth: false,
  onAuth(auth, session, done) {
    const fits = auth.username === "me@own.example" && auth.password === process.env.PEER_PASSWORD;
    done(fits ? null : new Error("Invalid username or password"), { user: "me" });
  },
  onData(stream, session, done) {
    let mail = "";
    stream.on("data", (piece) => (mail += piece));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      console.log(JSON.stringify({ from: mailFrom.address, to: rcptTo.map((one) => one.address), mail, tls: session.secure }));
      done(null, "kept");
    });
  },
});
server.listen(0, "127.0.0.1", () => console.log(`port ${server.server.address().port}`));
