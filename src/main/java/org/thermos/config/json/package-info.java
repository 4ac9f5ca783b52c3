/**
 * JSON as an immutable tree, read within bounds of size and depth and written as the original wrote
 * it.
 */
package org.thermos.config.json;
