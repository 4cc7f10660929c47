//! The query options of a call.
//!
//! In: the raw query string. Out: [`Query`]. Invariant: an option that is not supported is refused by name, never dropped.

use odata::{Direction, Expr, PropertyPath, QueryOptions, SyntaxError};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::membership;
use crate::graph::GraphRefusal;

/// The most objects of one answer.
const MOST_TOP: u64 = 999;
/// How many where the caller does not say.
const DEFAULT_TOP: usize = 100;

/// The options of one call.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// `$filter`
    pub(crate) filter: Option<Expr>,
    /// `$search` on the display name: the words that must be in it, each as the beginning of one of its own.
    pub(crate) search: Option<String>,
    /// `$select`
    pub(crate) select: Option<Vec<String>>,
    /// `$top`
    pub(crate) top: usize,
    /// `$skiptoken`, where the last answer ended.
    pub(crate) skip_token: Option<String>,
    /// `$orderby=displayName`, and in which direction.
    pub(crate) by_name: Option<Direction>,
    /// `$count=true`
    pub(crate) count: bool,
    /// The options as they came, without `$skiptoken`: what the next link repeats.
    pub(crate) repeated: String,
}

/// Whether the caller takes answers that may be a moment old (`ConsistencyLevel: eventual`). Ours never are; some options
/// are given to such callers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consistency {
    /// The header came.
    Eventual,
    /// It did not.
    Strong,
}

impl Query {
    /// Reads the options of a raw query string.
    pub(crate) fn parse(unverified_query: &str, consistency: Consistency) -> Result<Self, GraphRefusal> {
        let mut search = None;
        let (mut read, mut repeated) = (Vec::new(), Vec::new());
        for piece in unverified_query.split('&').filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let name = decoded(name)?;
            if name != "$skiptoken" {
                repeated.push(piece);
            }
            match name.as_str() {
                "$search" => search = Some(searched(&decoded(value)?)?),
                "$filter" => {
                    let filter = membership::spelled_out(&decoded(value)?);
                    read.push(format!("$filter={}", utf8_percent_encode(&filter, NON_ALPHANUMERIC)));
                }
                _ => read.push(piece.to_owned()),
            }
        }
        let options = QueryOptions::parse(&read.join("&")).map_err(refused)?;
        let needs = search.as_ref().map(|_| "$search").or(options.count.then_some("$count"));
        if let (Some(what), Consistency::Strong) = (needs, consistency) {
            return Err(GraphRefusal::Consistency { what });
        }
        check(&options)?;
        Ok(Self {
            search,
            select: options.select.map(names).transpose()?,
            top: top(options.top)?,
            by_name: by_name(&options.order_by)?,
            filter: options.filter,
            skip_token: options.skip_token,
            count: options.count,
            repeated: repeated.join("&"),
        })
    }

    /// Whether the caller selects this property by name.
    pub(crate) fn selects(&self, name: &str) -> bool {
        self.select
            .as_ref()
            .is_some_and(|names| names.iter().any(|one| one == name))
    }
}

fn check(options: &QueryOptions) -> Result<(), GraphRefusal> {
    let what = if !options.expand.is_empty() {
        "The query option '$expand' is not supported"
    } else if options.id.is_some() {
        "The query option '$id' is not supported"
    } else {
        return Ok(());
    };
    Err(GraphRefusal::Query { what: what.to_owned() })
}

fn refused(error: SyntaxError) -> GraphRefusal {
    match &error {
        SyntaxError::Unsupported { .. } | SyntaxError::UnknownOption { .. } => GraphRefusal::Query {
            what: error.to_string(),
        },
        SyntaxError::UnterminatedLiteral { .. }
        | SyntaxError::Unexpected { .. }
        | SyntaxError::InvalidLiteral { .. }
        | SyntaxError::Duplicate { .. }
        | SyntaxError::InvalidValue { .. }
        | SyntaxError::InvalidAlias { .. }
        | SyntaxError::InvalidEncoding { .. }
        | SyntaxError::EmptySegment { .. }
        | SyntaxError::MisplacedSegment { .. }
        | SyntaxError::UnusedAlias { .. }
        | SyntaxError::TooLong { .. }
        | SyntaxError::TooDeep { .. } => GraphRefusal::Syntax(error),
    }
}

fn top(top: Option<u64>) -> Result<usize, GraphRefusal> {
    match top {
        None => Ok(DEFAULT_TOP),
        Some(top @ 1..=MOST_TOP) => Ok(usize::try_from(top).unwrap_or(DEFAULT_TOP)),
        Some(top) => Err(GraphRefusal::Query {
            what: format!("Invalid page size specified: '{top}'. Must be between 1 and {MOST_TOP} inclusive"),
        }),
    }
}

fn by_name(order: &[odata::OrderBy]) -> Result<Option<Direction>, GraphRefusal> {
    match order {
        [] => Ok(None),
        [only] if matches!(only.path.segments.as_slice(), [name] if name == "displayName") => Ok(Some(only.direction)),
        _ => Err(GraphRefusal::Query {
            what: "Sorting is supported by 'displayName' only".to_owned(),
        }),
    }
}

fn names(select: Vec<PropertyPath>) -> Result<Vec<String>, GraphRefusal> {
    let name = |path: PropertyPath| match path.segments.as_slice() {
        [name] => Ok(name.clone()),
        segments => Err(GraphRefusal::Query {
            what: format!("'$select' takes no path such as '{}'", segments.join("/")),
        }),
    };
    select.into_iter().map(name).collect()
}

/// `"displayName:nightly sync"`, with its quotes.
fn searched(text: &str) -> Result<String, GraphRefusal> {
    let clause = text.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let term = clause.and_then(|clause| clause.strip_prefix("displayName:"));
    let term = term
        .map(str::trim)
        .filter(|term| !term.is_empty() && !term.contains('"'));
    term.map(str::to_lowercase).ok_or_else(|| GraphRefusal::Query {
        what: "'$search' takes one clause of the form '\"displayName:<words>\"'".to_owned(),
    })
}

fn decoded(encoded: &str) -> Result<String, GraphRefusal> {
    let spaced = encoded.replace('+', " ");
    let text = percent_decode_str(&spaced).decode_utf8().ok();
    let text = text.filter(|text| !text.contains('\0'));
    text.map(std::borrow::Cow::into_owned).ok_or_else(|| {
        GraphRefusal::Syntax(SyntaxError::InvalidEncoding {
            text: encoded.to_owned(),
        })
    })
}
