/** Command-line flags for the programs that start once per task. Depends on nothing. */
package org.thermos.flags;
