//! A day of an organization: every command of the tree, in an order in which each of them works.
//!
//! What holds for every command is tested by living the day in one manner or another: under `-vvv`, with nobody at the
//! other end of the pipe, in every format. A command that is added and not lived fails `the_day_has_every_command`.
use super::provider::{API_KEY, Button, CONFIDENTIAL_CLIENT, CONFIDENTIAL_SECRET, Page, Provider};
use super::sandbox::{Line, Run, Sandbox};

/// One command of the day.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The command, as the tree has it.
    pub leaf: &'static str,
    /// What follows it, as a shell would read it; `{…}` is filled in.
    pub rest: &'static str,
    pub stdin: Option<&'static str>,
    pub ends: i32,
    pub signs_in: bool,
}

impl Step {
    /// Whether it changes nothing, so that it may be repeated.
    pub fn looks(&self) -> bool {
        let last = self.leaf.rsplit(' ').next().unwrap();
        ["list", "show", "status", "info", "verify", "check", "report", "explain", "doctor", "lint"].contains(&last)
    }

    const fn reads(mut self, stdin: &'static str) -> Step {
        self.stdin = Some(stdin);
        self
    }

    const fn ends(mut self, code: i32) -> Step {
        self.ends = code;
        self
    }

    const fn signs_in(mut self) -> Step {
        self.signs_in = true;
        self
    }
}

const fn step(leaf: &'static str, rest: &'static str) -> Step {
    Step { leaf, rest, stdin: None, ends: 0, signs_in: false }
}

/// A key of no known shape, which no rule about prefixes can recognise.
pub const PLAIN_KEY: &str = "canary.7Qx2.plain-key-w8Zr";
/// The same key again, rotated.
pub const NEXT_PLAIN_KEY: &str = "canary.9Lp4.plain-key-t3Vn";

/// A key in a file of somebody's, where it stays.
pub const IMPORTED_KEY: &str = "sk-canary-3Rt8-imported-key";

/// A document that describes somebody's API.
const CRM: &str = "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"Acme CRM\"},\"servers\":[{\"url\":\"https://crm.example\"}],\
                   \"paths\":{\"/orders\":{\"get\":{\"operationId\":\"listOrders\"}}}}";

/// A list of people, one of whom leaves soon.
const PEOPLE: &str = "name,role,teams\nerin@example.com,user,temps\nerin,admin,temps\n";

/// What a gateway wrote down.
const USAGE: &str = "time,connection,input,output,source_id\n2026-03-01T10:00:00Z,research,10,5,a\n";

/// A public key, from the tests of the crate that reads it.
const SSH_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti alice@desk\n";

/// What a file says about the organization.
const DECLARED: &str = "apiVersion: siesta/v1\nkind: Organization\ngovernance:\n  services:\n    slack: disabled\n";

/// Somebody else's, from the specification of age.
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

const ADD_RESEARCH: &str = "openai research --secret-stdin --access shared --purpose models --base-url {base} \
                            --allow-private-network --agent helper --allowed-models broker";
const ADD_NOTES: &str = "oauth2 notes --issuer {base} --base-url {base}/api --allow-private-network --owner alice \
                         --purpose notes --access shared --scope 'openid email notes.read notes.write'";
const ADD_PLAIN: &str =
    "rest-api plain --base-url {base}/api --allow-private-network --secret-stdin --access shared --purpose plain";
const POST: &str = "notes http_post --arg path=notes --arg 'body={\"text\":\"hi\"}' --agent helper --user alice";

#[rustfmt::skip]
pub const DAY: &[Step] = &[
    step("init", "--org Acme"),
    step("status", ""),
    step("user add", "alice"),
    step("user add", "bob --role admin"),
    step("user disable", "bob"),
    step("user enable", "bob"),
    step("user edit", "bob --os-user bob1"),
    step("user list", ""),
    step("user show", "bob"),
    step("user import", "- --dry-run --create-teams").reads(PEOPLE),
    step("user import", "- --create-teams").reads(PEOPLE),
    step("user remove", "erin --yes"),
    step("team edit", "temps --description 'Here for the summer'"),
    step("team remove", "temps --yes"),
    step("org set", "--time-zone Europe/Prague --week-start sunday --approval-lifetime 45m"),
    step("org show", ""),
    step("team add", "sales --description 'Everybody who sells'"),
    step("team add-member", "sales alice"),
    step("team add-member", "sales bob"),
    step("team remove-member", "sales bob"),
    step("user key add", "alice -").reads(SSH_KEY),
    step("user key list", "alice"),
    step("user key remove", "alice SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ"),
    step("team list", ""),
    step("team show", "sales"),
    step("agent add", "helper --description 'Answers support mail'"),
    step("agent add", "other"),
    step("agent disable", "other"),
    step("agent enable", "other"),
    step("agent add", "passing --kind workflow"),
    step("agent edit", "passing --owner alice --description 'Passes by'"),
    step("agent remove", "passing --yes"),
    step("agent list", ""),
    step("agent show", "helper"),
    step("catalog list", ""),
    step("catalog show", "rest-api"),
    step("catalog show", "rest-api http_get"),
    step("catalog search", "send message"),
    step("catalog import", "- --dry-run").reads(CRM),
    step("catalog import", "-").reads(CRM),
    step("catalog remove", "acme-crm --yes"),
    step("app set", "{base} --client-id {client} --client-secret-stdin").reads(CONFIDENTIAL_SECRET),
    step("app list", ""),
    step("app show", "{base}"),
    step("add", ADD_RESEARCH).reads(API_KEY),
    step("add", ADD_PLAIN).reads(PLAIN_KEY),
    step("add", ADD_NOTES).signs_in(),
    step("list", ""),
    step("list", "--all notes"),
    step("show", "notes"),
    step("show", "research"),
    step("functions add", "plain get_order --method GET --path '/orders/{id}'"),
    step("functions edit", "plain get_order --path '/v2/orders/{id}'"),
    step("functions remove", "plain get_order --yes"),
    step("edit", "notes --purpose 'Notes of the support team' --approver alice --approver mara --reviewer mara"),
    step("rename", "plain 'plain one'"),
    step("rotate", "research --secret-stdin").reads(API_KEY),
    step("rotate", "'plain one' --secret-stdin").reads(NEXT_PLAIN_KEY),
    step("reauth", "notes").signs_in(),
    step("refresh", "notes"),
    step("test", "--all"),
    step("grant", "notes --team sales"),
    step("grant", "notes --user bob"),
    step("ungrant", "notes --user bob"),
    step("assign", "notes helper"),
    step("assign", "'plain one' helper"),
    step("access request", "notes http_get --agent other --reason 'to read notes'"),
    step("access approve", "{access}"),
    step("access request", "research --agent other --reason 'to ask a model'"),
    step("access reject", "{access} --reason 'not this one'"),
    step("access list", ""),
    step("policy set", "helper notes --mode read_write --step-up never"),
    step("policy set", "helper notes --window 'daily 00:00-24:00 Europe/Prague' --rate 100/h --dry-run"),
    step("policy list", ""),
    step("policy show", "helper notes"),
    step("policy lint", ""),
    step("policy remove", "other notes --yes"),
    step("governance set", "rest-api/http_post confirm"),
    step("export", ""),
    step("plan", "-").reads(DECLARED).ends(12),
    step("apply", "- --dry-run").reads(DECLARED),
    step("apply", "-").reads(DECLARED),
    step("governance set", "'rest-api/http_p*' openai --kind write,read disabled --dry-run"),
    step("functions set", "notes http_delete 'http_p?t' disabled"),
    step("functions list", "notes"),
    step("functions unset", "notes http_put"),
    step("governance list", "rest-api"),
    step("governance list", ""),
    step("explain", "--agent helper --user alice --connection notes http_get --arg path=notes"),
    step("explain", "--agent helper --user alice --connection notes DELETE /notes/1"),
    step("call", "notes http_get --arg path=notes --agent helper --user alice"),
    step("call", "research list_models --agent helper --user alice"),
    step("call", "'plain one' http_get --arg path=echo --agent helper --user alice").ends(11),
    step("call", POST).ends(9),
    step("executions list", "--pending"),
    step("executions request", "{execution}"),
    step("executions watch", "--pending --for 1ms"),
    step("executions approve", "{execution} --no-run"),
    step("executions run", "{execution}"),
    step("executions wait", "{execution} --timeout 2s"),
    step("request", "notes GET /notes --agent helper --user alice"),
    step("call", POST).ends(9),
    step("executions approve", "{execution} --for 2h --max 2 --yes"),
    step("executions standing list", ""),
    step("executions standing revoke", "{standing}"),
    step("call", POST).ends(9),
    step("executions reject", "{execution} --reason no"),
    step("executions list", ""),
    step("executions show", "{execution}"),
    step("token", "notes --agent helper --user alice").ends(8),
    step("exec", "--connection notes --agent helper --user alice -- true").ends(125),
    step("governance unset", "rest-api/http_post"),
    step("freeze", "--agent other --reason drill"),
    step("unfreeze", "--agent other"),
    step("panic", "--reason drill"),
    step("unfreeze", "--all"),
    step("limits set", "research --user alice --daily 1 --weekly 5"),
    step("limits set", "research --org --daily 2"),
    step("usage record", "research --user alice --agent helper --input 900000 --output 50000 --source-id run-1"),
    step("limits disable", "research --org"),
    step("limits enable", "research --org"),
    step("limits explain", "research --user alice"),
    step("usage reserve", "research --user alice --tokens 100"),
    step("usage settle", "{reservation} --input 60 --output 40"),
    step("usage reserve", "research --agent helper --tokens 100 --for 5m"),
    step("usage release", "{reservation}"),
    step("usage import", "- --agent helper").reads(USAGE),
    step("usage show", "--by user,model"),
    step("limits list", ""),
    step("limits check", "research --user alice --tokens 10"),
    step("limits report", "--fail-over 80").ends(12),
    step("limits unset", "research --org"),
    step("audit list", "--limit 500"),
    step("audit verify", ""),
    step("audit show", "1"),
    step("audit head", ""),
    step("audit export", "--format ocsf --out events.jsonl"),
    step("store info", ""),
    step("store verify", ""),
    step("store backup", "siesta.age --keep 2"),
    step("store backup", "siesta.age --keep 2"),
    step("store restore", "siesta.age --dry-run"),
    step("store restore", "siesta.age --yes"),
    step("store compact", ""),
    step("store trust", ""),
    step("store recipients add", "{recipient} --name 'the safe'"),
    step("store recipients list", ""),
    step("store recipients remove", "'the safe' --yes"),
    step("store rekey", "--yes"),
    step("store passphrase", "--new-passphrase-file {phrase}"),
    step("store passphrase", "--passphrase-file {phrase} --remove --yes"),
    step("store verify", ""),
    step("doctor", "").ends(12),
    step("import", "{keys} --dry-run"),
    step("import", "{keys} --no-verify"),
    step("overview", "--html overview.html"),
    step("manifest new", "--mode external-api --use-case 'Answer support mail'"),
    step("manifest validate", ""),
    step("manifest show", ""),
    step("completions", "bash"),
    step("man", ""),
    step("help", "limits report"),
    step("assign", "notes other"),
    step("unassign", "notes other"),
    step("revoke", "research --yes"),
    step("revoke", "notes --yes"),
    step("revoke", "'plain one' --yes --local-only"),
    step("app remove", "{base} --yes"),
];

/// A machine and a provider, on which a day can be lived.
pub struct Day {
    pub provider: Provider,
    pub sandbox: Sandbox,
}

/// A step as it was lived.
pub struct Lived {
    pub step: Step,
    pub run: Run,
    /// The last page of the browser, where there was a sign-in.
    pub page: Option<Page>,
}

impl Day {
    pub fn new() -> Day {
        Day { provider: Provider::start(), sandbox: Sandbox::new() }
    }

    /// The words of a step.
    pub fn words(&self, step: &Step) -> Vec<String> {
        let mut rest = step.rest.replace("{base}", &self.provider.base_url).replace("{client}", CONFIDENTIAL_CLIENT);
        rest = rest.replace("{recipient}", RECIPIENT);
        if rest.contains("{phrase}") {
            rest = rest.replace("{phrase}", self.sandbox.write("phrase.txt", "correct horse").to_str().unwrap());
        }
        if rest.contains("{keys}") {
            let keys = format!("OPENAI_API_KEY={IMPORTED_KEY}\n");
            rest = rest.replace("{keys}", self.sandbox.write("keys/.env", keys).to_str().unwrap());
        }
        if rest.contains("{execution}") {
            rest = rest.replace("{execution}", &self.newest_execution());
        }
        if rest.contains("{access}") {
            let all = self.sandbox.siesta(&["access", "list", "--json"]).succeeds().json();
            rest = rest.replace("{access}", all["requests"][0]["id"].as_str().unwrap());
        }
        if rest.contains("{standing}") {
            let all = self.sandbox.siesta(&["executions", "standing", "list", "--json"]).succeeds().json();
            rest = rest.replace("{standing}", all["standingApprovals"][0]["id"].as_str().unwrap());
        }
        if rest.contains("{reservation}") {
            let rows = ["audit", "list", "--action", "usage.reserve", "--limit", "1", "--json"];
            let all = self.sandbox.siesta(&rows).succeeds().json();
            rest = rest.replace("{reservation}", all["rows"][0]["recordId"].as_str().unwrap());
        }
        step.leaf.split(' ').map(str::to_owned).chain(shell_words::split(&rest).unwrap()).collect()
    }

    /// The line of a step, with what it reads.
    pub fn line(&self, step: &Step) -> Line {
        let words = self.words(step);
        let line = self.sandbox.line(&words.iter().map(String::as_str).collect::<Vec<_>>());
        match step.stdin {
            Some(stdin) => line.stdin(stdin),
            None => line,
        }
    }

    /// Lives the whole day; every line is changed by `manner` first, and what came of it is handed to `see`.
    pub fn live(&self, manner: impl Fn(&Step, Line) -> Line, mut see: impl FnMut(Lived)) {
        for step in DAY {
            let line = manner(step, self.line(step));
            let (run, page) = match step.signs_in {
                true => {
                    let (run, page) = line.sign_in(Button::Allow);
                    (run, Some(page))
                }
                false => (line.run(), None),
            };
            see(Lived { step: *step, run, page });
        }
    }

    fn newest_execution(&self) -> String {
        let all = self.sandbox.siesta(&["executions", "list", "--json"]).succeeds().json();
        all["executions"][0]["id"].as_str().unwrap().to_owned()
    }
}

/// Every command that does something, with the words that lead to it.
pub fn leaves() -> Vec<String> {
    fn below(command: &clap::Command, path: &str) -> Vec<String> {
        if !command.has_subcommands() {
            return vec![path.to_owned()];
        }
        let path_of = |child: &clap::Command| format!("{path} {}", child.get_name()).trim().to_owned();
        command.get_subcommands().flat_map(|child| below(child, &path_of(child))).collect()
    }
    below(&siesta::cli::command(), "")
}
