/** Finds tasks and whoever drives them, from the outside: by their files alone. */
package org.thermos.monitor;
