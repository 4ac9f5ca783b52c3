/**
 * The command line {@code thermos} (observer-cli 8.7): looks at what tasks left on disk, says what
 * an executor would make of a task, and runs one on this machine.
 *
 * <p>On purpose unlike the original's (gaps 9.6 #73): exit codes tell what happened, every output
 * has a form for programs, and what is damaged is shown as far as it can be read.
 */
package org.thermos.cli;
