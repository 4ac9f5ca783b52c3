package org.thermos.executor;

import java.util.List;
import org.thermos.config.Assignment;

/**
 * What a TaskInfo asks for.
 *
 * @param environment for the task's processes, besides what they have anyway
 * @param files to be in the sandbox before the first process starts, in this order
 */
record DecodedLaunch(Assignment assignment, TaskEnvironment environment, List<SandboxFile> files) {
  DecodedLaunch {
    files = List.copyOf(files);
  }
}
