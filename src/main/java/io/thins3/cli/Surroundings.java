package io.thins3.cli;

import java.io.PrintStream;
import java.util.Map;

/**
 * What the commands know of the world. Immutable.
 *
 * @param out standard output
 * @param environment the environment's variables
 * @param isBackground the process goes on in the background once it has mounted
 * @param runner what mounts
 */
record Surroundings(
    PrintStream out, Map<String, String> environment, boolean isBackground, MountRunner runner) {}
