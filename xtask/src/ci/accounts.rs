//! The machine's user accounts. In: the text of `/etc/passwd`. Out: an account that may run a database server.
//!
//! Invariant: never the superuser, since PostgreSQL refuses to run as one.

/// An account of the operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) user: u32,
    pub(super) group: u32,
}

/// The database's own account, or else the one for nobody.
pub(super) fn unprivileged(passwd: &str) -> Option<Account> {
    ["postgres", "nobody"].iter().find_map(|name| find(passwd, name))
}

fn find(passwd: &str, name: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let user = fields.nth(1)?.parse().ok().filter(|user| *user != 0)?;
        let group = fields.next()?.parse().ok()?;
        Some(Account { user, group })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_databases_own_account_comes_first() {
        let nobody = "root:x:0:0:root::/bin/sh\nnobody:x:65534:65533:nobody::/usr/sbin/nologin\n";
        assert_eq!(
            unprivileged(nobody),
            Some(Account {
                user: 65534,
                group: 65533
            })
        );
        let both = format!("{nobody}postgres:x:101:102:PostgreSQL:/var/lib/postgresql:/bin/bash\n");
        assert_eq!(unprivileged(&both), Some(Account { user: 101, group: 102 }));
    }

    #[test]
    fn the_superuser_is_none() {
        assert_eq!(unprivileged("nobody:x:0:0:::\n"), None);
        assert_eq!(unprivileged(""), None);
    }
}
