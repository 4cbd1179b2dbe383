/** The commands: one class per subcommand. The only package that knows picocli. */
@NullMarked
package io.thins3.cli;

import org.jspecify.annotations.NullMarked;
