/** x. */
package org.thermos.plan;
