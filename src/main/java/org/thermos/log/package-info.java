/** The log file of the programs that cannot afford a logging library. Depends on nothing. */
package org.thermos.log;
