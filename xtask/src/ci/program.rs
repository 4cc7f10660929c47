//! Running other programs. In: a command. Out: nothing, or an error that names it.
//!
//! Invariant: a program that could not start, or ended badly, is an error.

use std::process::Command;

use anyhow::{Context, Result, bail};

/// Runs the command to its end, its output beside ours.
pub(super) fn succeed(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = command.status().with_context(|| format!("cannot start `{name}`"))?;
    if !status.success() {
        bail!("`{name}` ended with {status}");
    }
    Ok(())
}

/// Runs the command to its end and shows its output only when it fails.
pub(super) fn succeed_quietly(command: &mut Command) -> Result<()> {
    let name = name(command);
    let output = command.output().with_context(|| format!("cannot start `{name}`"))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!(
            "`{name}` ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&said).trim()
        );
    }
    Ok(())
}

/// The program's own name, without the folders of this machine.
fn name(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    program.rsplit('/').next().unwrap_or(&program).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_end_is_an_error_with_the_programs_name() {
        succeed(&mut Command::new("true")).unwrap();
        let error = succeed(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(error.to_string(), "`sh` ended with exit status: 3");
        let error = succeed_quietly(Command::new("sh").args(["-c", "echo why; exit 3"])).unwrap_err();
        assert_eq!(error.to_string(), "`sh` ended with exit status: 3: why");
        let error = succeed(&mut Command::new("/nowhere/no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "cannot start `no-such-program`");
    }
}
