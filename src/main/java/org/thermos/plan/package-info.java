/**
 * Which process of a task may run when (planner 2). Pure: no files, no processes, and no clock but
 * the times handed in.
 */
package org.thermos.plan;
