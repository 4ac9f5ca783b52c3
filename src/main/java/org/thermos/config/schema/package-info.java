/**
 * The language of configurations: typed values with templates in them, as the original's schema
 * library has it (config 5.2, 5.3). What the schemas of Thermos and Aurora are is data here; what
 * they mean is the business of the package above.
 *
 * <p>A configuration is read once into {@link org.thermos.config.schema.Value}s and then
 * interpolated several times, each time within a {@link org.thermos.config.schema.Scope}. The
 * number of times is visible to users: each drops one ampersand of an escaped tag.
 */
package org.thermos.config.schema;
