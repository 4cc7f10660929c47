//! The catalogues of all environments of this program, each in memory once.
//!
//! In: what an environment has of its own. Out: its catalogue. Invariant: environments that have the same share it, those
//! that have nothing of their own the standard one, so that thousands of environments cost what a few do.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use uuid::Uuid;

use crate::{
    catalogue::{Catalogue, CatalogueError, Own},
    schema,
};

/// The catalogues in use.
pub(super) struct Catalogues {
    standard: Arc<Catalogue>,
    fingerprint: Uuid,
    /// By the document from which each was made.
    made: Mutex<HashMap<String, Weak<Catalogue>>>,
}

impl Catalogues {
    /// With the standard catalogue.
    pub(super) fn new() -> Result<Self, CatalogueError> {
        let standard = Arc::new(Catalogue::standard()?);
        let fingerprint = schema::fingerprint(&standard);
        let made = Mutex::default();
        Ok(Self {
            standard,
            fingerprint,
            made,
        })
    }

    /// The catalogue of an environment that has nothing of its own.
    pub(super) fn standard(&self) -> &Arc<Catalogue> {
        &self.standard
    }

    /// The name of the standard catalogue's shape.
    pub(super) fn fingerprint(&self) -> Uuid {
        self.fingerprint
    }

    /// The catalogue of an environment that has this of its own.
    pub(super) fn of(&self, own: &Own) -> Result<Arc<Catalogue>, CatalogueError> {
        if own.is_nothing() {
            return Ok(Arc::clone(&self.standard));
        }
        let document = own.definitions()?;
        if let Some(known) = self.lock().get(&document).and_then(Weak::upgrade) {
            return Ok(known);
        }
        let made = Arc::new(Catalogue::of(own)?);
        let mut all = self.lock();
        all.retain(|_, catalogue| catalogue.strong_count() > 0);
        all.insert(document, Arc::downgrade(&made));
        Ok(made)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Weak<Catalogue>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(column: &str) -> Own {
        let mut own = Own::default();
        let text = format!("[columns.account]\n{column} = {{ type = \"integer\", display_name = \"A\" }}");
        own.additions = toml::from_str(&text).unwrap();
        own.number(format!("account.{column}"));
        own
    }

    #[test]
    fn the_same_additions_share_a_catalogue() {
        let catalogues = Catalogues::new().unwrap();
        let nothing = catalogues.of(&Own::default()).unwrap();
        assert!(Arc::ptr_eq(&nothing, catalogues.standard()));
        let (one, same, other) = (own("new_a"), own("new_a"), own("new_b"));
        let one = catalogues.of(&one).unwrap();
        assert!(Arc::ptr_eq(&one, &catalogues.of(&same).unwrap()));
        let other = catalogues.of(&other).unwrap();
        assert!(!Arc::ptr_eq(&one, &other));
        drop((one, other));
        catalogues.of(&own("new_c")).unwrap();
        assert_eq!(catalogues.lock().len(), 1);
    }
}
