package org.thermos.runner;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.thermos.checkpoint.CheckpointRecord;

/**
 * What a {@link TaskMachine} decided: first make the order and the records durable, in this order,
 * then perform the effects, in order.
 *
 * @param order that the task has to end, if that is news
 * @param wakeAt uptime at which the machine wants {@link TaskEvent.TimerFired}; replaces what an
 *     earlier decision asked for
 */
public record Decision(
    Optional<StopOrder> order,
    List<CheckpointRecord> records,
    List<TaskEffect> effects,
    Optional<Duration> wakeAt) {}
