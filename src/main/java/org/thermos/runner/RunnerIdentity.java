package org.thermos.runner;

/** Who signs a task's status records: the runner's pid and the account it runs as. */
public record RunnerIdentity(int pid, int uid) {}
