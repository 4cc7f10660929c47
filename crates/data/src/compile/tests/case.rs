//! A case: a request, and who asks.
//!
//! ```text
//! depth: local
//! prefer: odata.include-annotations="*"
//! GET accounts?$select=name
//!
//! {"a": "body"}
//! ```

use odata::{IfMatch, IfNoneMatch, Payload, Preferences, Request};
use uuid::Uuid;

use crate::catalogue::Depth;
use crate::compile::tests::world::World;
use crate::error::Error;
use crate::plan::{self, Attempts, Conditions, Context, ReadPlan, Speaker, WritePlan};

const ROOT: &str = "https://contoso.test/api/data/v9.2";
const NEW_ID: Uuid = Uuid::from_u128(0xabcd);

pub(super) struct Case {
    pub(super) depth: Option<Depth>,
    pub(super) request: String,
    headers: Vec<(String, String)>,
    body: String,
}

pub(super) enum Planned {
    Read(Box<ReadPlan>),
    Write(Box<WritePlan>),
}

impl Case {
    pub(super) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let (headers, request): (Vec<&str>, Vec<&str>) = head.lines().partition(|line| line.contains(": "));
        let headers: Vec<_> = headers.iter().filter_map(|line| line.split_once(": ")).collect();
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let depth = match headers
            .iter()
            .find(|(name, _)| name == "depth")
            .map(|(_, value)| value.as_str())
        {
            Some("none") => None,
            Some("basic") => Some(Depth::Basic),
            Some("local") => Some(Depth::Local),
            Some("deep") => Some(Depth::Deep),
            Some("global") => Some(Depth::Global),
            other => panic!("no depth {other:?}"),
        };
        Self {
            depth,
            request: request.join(""),
            headers,
            body: body.to_owned(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Plans the request, of an upsert its first attempt.
    pub(super) fn plan(&self, world: &World) -> Result<Planned, Error> {
        let preferences = Preferences::parse(self.header("prefer")).unwrap();
        let context = Context {
            catalogue: &world.catalogue,
            speaker: Speaker {
                user: world.user,
                unit: Uuid::from_u128(0xb1),
                teams: &[],
            },
            formatted_values: preferences.annotations.is_some(),
            service_root: ROOT,
            references: &plan::NO_REFERENCES,
            representation: preferences.returning.is_some(),
            max_page_size: preferences.max_page_size,
        };
        let (method, url) = self.request.split_once(' ').unwrap();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let request = Request::parse(path, &query.replace(' ', "%20"))?;
        let conditions = Conditions {
            if_match: self.header("if-match").map(|value| IfMatch::parse(value).unwrap()),
            if_none_match: self
                .header("if-none-match")
                .and_then(|value| IfNoneMatch::parse(value).unwrap()),
        };
        let payload = || Payload::parse(self.body.as_bytes()).unwrap();
        let reference = || odata::reference(self.body.as_bytes()).unwrap();
        let is_reference = path.ends_with("$ref");
        let plan = match method {
            "GET" => return plan::read(&context, &request).map(|plan| Planned::Read(Box::new(plan))),
            "POST" if is_reference => plan::add_reference(&context, &request, &reference(), NEW_ID),
            "POST" => plan::create(&context, &request, &payload(), &|| NEW_ID).map(|Attempts { first, .. }| first),
            "PUT" if is_reference => plan::set_reference(&context, &request, &reference()),
            "PUT" => plan::put_property(&context, &request, &payload()),
            "DELETE" => plan::delete(&context, &request, conditions),
            "PATCH" => {
                plan::update(&context, &request, &payload(), conditions, NEW_ID).map(|Attempts { first, .. }| first)
            }
            other => panic!("no method {other}"),
        };
        plan.map(|plan| Planned::Write(Box::new(plan)))
    }
}
