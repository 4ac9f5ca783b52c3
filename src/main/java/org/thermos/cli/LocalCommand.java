package org.thermos.cli;

import picocli.CommandLine.Command;

/** {@code thermos local}: a group of commands. */
@Command(name = "local", header = "Run tasks on this machine, without a cluster.")
final class LocalCommand {}
