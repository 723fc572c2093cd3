//! The `mqttspec` command.

use mqttspec::exit::Exit;

fn main() -> Exit {
    mqttspec::cli::main()
}
