//! Links in an answer that streams: the environment's address becomes this origin's.
//!
//! In: pieces of JSON. Out: the same pieces, with the beginning of each link replaced. Invariant: only the value of an
//! `@odata.…` annotation is touched. Such a name stands in JSON as `@odata.nextLink":"`, with quotes that no text of a row
//! holds unescaped, so no row can look like one.

use bytes::Bytes;

/// The annotations whose values are links.
const ANNOTATIONS: [&str; 8] = [
    "context",
    "nextLink",
    "deltaLink",
    "id",
    "editLink",
    "navigationLink",
    "associationLink",
    "mediaReadLink",
];
const PREFIX: &str = "@odata.";
/// Between the name and the link.
const BETWEEN: &str = "\":\"";
/// Bytes before a link that tell whether it is one: the longest of the above.
const LOOK_BACK: usize = 32;

/// One answer on its way.
pub(super) struct Relink {
    from: Vec<u8>,
    to: Vec<u8>,
    /// What has come and was not sent on: its end could be the beginning of a link.
    held: Vec<u8>,
}

impl Relink {
    pub(super) fn new(from: &str, to: &str) -> Self {
        Self {
            from: from.as_bytes().to_vec(),
            to: to.as_bytes().to_vec(),
            held: Vec::new(),
        }
    }

    /// Takes a piece, gives what can be sent on.
    pub(super) fn push(&mut self, piece: &[u8]) -> Bytes {
        self.held.extend_from_slice(piece);
        let mut out = Vec::with_capacity(self.held.len());
        let mut rest = 0;
        while let Some(at) = self.next_link(rest) {
            out.extend_from_slice(self.held.get(rest..at).unwrap_or_default());
            out.extend_from_slice(&self.to);
            rest = at + self.from.len();
        }
        // A link that is not whole begins behind this place, and what stands before it is still held.
        let safe = self.held.len().saturating_sub(LOOK_BACK + self.from.len()).max(rest);
        out.extend_from_slice(self.held.get(rest..safe).unwrap_or_default());
        self.held.drain(..safe);
        out.into()
    }

    /// What is left when nothing comes any more.
    pub(super) fn finish(&mut self) -> Bytes {
        std::mem::take(&mut self.held).into()
    }

    /// Where the next link begins, at or behind a place.
    fn next_link(&self, mut place: usize) -> Option<usize> {
        loop {
            let behind = self.held.get(place..)?;
            let at = place + find(behind, &self.from)?;
            if self.held.get(..at).is_some_and(is_link) {
                return Some(at);
            }
            place = at + 1;
        }
    }
}

/// Whether what stands before is the name of an annotation.
fn is_link(before: &[u8]) -> bool {
    let Some(name) = before.strip_suffix(BETWEEN.as_bytes()) else {
        return false;
    };
    ANNOTATIONS.iter().any(|annotation| {
        name.strip_suffix(annotation.as_bytes())
            .is_some_and(|before| before.ends_with(PREFIX.as_bytes()))
    })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "https://contoso.example/api/data/";
    const TO: &str = "https://orders.example/api/data/";

    /// Whole, in single bytes, and in pieces of every length.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        for length in 1..=text.len().max(1) {
            let mut relink = Relink::new(FROM, TO);
            let mut out = Vec::new();
            for piece in text.as_bytes().chunks(length) {
                out.extend_from_slice(&relink.push(piece));
            }
            out.extend_from_slice(&relink.finish());
            assert_eq!(String::from_utf8(out).unwrap(), expected, "pieces of {length}");
        }
    }

    #[test]
    fn rows_are_left_alone() {
        for text in [
            "",
            "{}",
            r#"{"websiteurl":"https://contoso.example/api/data/v9.2/accounts"}"#,
            r#"{"description":"@odata.nextLink\":\"https://contoso.example/api/data/v9.2/accounts"}"#,
            r#"{"@odata.nextLink":"https://contoso.example.evil/api/data/"}"#,
            r#"{"xodata.nextLink":"https://contoso.example/api/data/"}"#,
            r#"["@odata.nextLink","https://contoso.example/api/data/"]"#,
        ] {
            check(text, text);
        }
    }

    #[test]
    fn links_lead_here() {
        check(
            r#"{"@odata.context":"https://contoso.example/api/data/v9.2/$metadata#accounts","value":[{"a@odata.nextLink":"https://contoso.example/api/data/v9.2/accounts(1)/a","b":"https://contoso.example/api/data/"}],"@odata.nextLink":"https://contoso.example/api/data/v9.2/accounts?$skiptoken=x"}"#,
            r#"{"@odata.context":"https://orders.example/api/data/v9.2/$metadata#accounts","value":[{"a@odata.nextLink":"https://orders.example/api/data/v9.2/accounts(1)/a","b":"https://contoso.example/api/data/"}],"@odata.nextLink":"https://orders.example/api/data/v9.2/accounts?$skiptoken=x"}"#,
        );
        check(
            r#"{"@odata.id":"https://contoso.example/api/data/"}"#,
            r#"{"@odata.id":"https://orders.example/api/data/"}"#,
        );
    }
}
