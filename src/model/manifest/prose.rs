//! What a manifest says in words, for each mode. The project's own; nothing here is an identifier of a contract.
use super::Mode;

pub(super) struct Prose {
    pub objective: &'static str,
    pub intent: &'static str,
    pub approval: &'static str,
    pub steps: &'static [&'static str],
    pub instructions: &'static [&'static str],
}

pub(super) const OUTPUT: [(&str, &str); 4] = [
    ("summary", "What was done, in a few sentences a user understands"),
    ("actionsTaken", "Every call that changed something, in order, with its outcome"),
    ("siestaRecordIds", "The ids of agents, conversations, files and tasks that were read or made"),
    ("followUpQuestions", "What a person has to decide before the work can go on"),
];

pub(super) fn of(mode: Mode) -> &'static Prose {
    match mode {
        Mode::ExternalApi => &EXTERNAL,
        Mode::RealtimeApi => &REALTIME,
        Mode::WebPlugin => &WIDGET,
    }
}

const EXTERNAL: Prose = Prose {
    objective: "Build an integration whose trusted server calls Siesta AI through the operations listed here and no others.",
    intent: "Call Siesta AI from a trusted server over HTTPS",
    approval: "Reading needs no approval. Ask a person before the first request that creates or changes something, and show what it will send.",
    steps: &[
        "Read the key and the ids from the server's secret store or its environment, and stop with a clear message when one is missing.",
        "Write one small client that adds both required headers to every request and sets a time limit.",
        "Implement the listed operations; take the bodies of requests and answers from the OpenAPI document.",
        "Fill the required context fields from the product, and check their types before anything is sent.",
        "Page with Offset and Limit; treat 4xx as a mistake to report, and repeat after 5xx or a rate limit with growing pauses.",
        "Test each operation against recorded answers, a wrong key and a foreign organization before it goes live.",
    ],
    instructions: &[
        "Use only the operations, headers and addresses of this manifest; look nothing up by guessing.",
        "Keep the key on the server: never in a browser, in an app, in a log or in the repository.",
        "Keep the placeholders in this file, and name the environment variables that take their place.",
        "Keep the conversation id of an agent's response, and upload a file before referring to it.",
    ],
};

const REALTIME: Prose = Prose {
    objective: "Build a live conversation with an agent: a trusted server makes a session, a client opens one socket with it.",
    intent: "Talk to an agent over a socket that a trusted server has opened the way for",
    approval: "Tools of the agent run in Siesta AI and may ask for approval; show the question to a person and send the answer they give.",
    steps: &[
        "On the server, with both required headers, create a session right before the client connects.",
        "Give the client the session id, the conversation id and the path of the socket, and nothing else.",
        "Open the socket once; the session is used up by that.",
        "Route what arrives by its top-level type, and ignore types that are not known.",
        "Declare the tools that run in the client; those of the agent are only reported to it.",
    ],
    instructions: &[
        "Keep the key on the server; the client knows only the one-time session.",
        "Take the names of events and of the approval message from the API reference; invent none.",
        "Transcripts, tool states and responses may be kept with the conversation: say so to users.",
    ],
};

const WIDGET: Prose = Prose {
    objective: "Embed the assistant's widget in a web page and hand it only page context that is safe to show.",
    intent: "Embed the assistant in a web page",
    approval: "The widget gets no right to act for the page: what the assistant may do is decided in Siesta AI.",
    steps: &[
        "Take the embed script from Siesta AI as it is given there, and test it as it is.",
        "Pass the page context fields listed here and nothing else of the page.",
        "Try it with the development agent before the page goes live.",
    ],
    instructions: &[
        "Invent no attributes of the script: they are those of the tested embed code.",
        "Put no key and no organization's id into the page, and call no API from it.",
        "Leave out whatever a visitor of the page may not see.",
    ],
};
