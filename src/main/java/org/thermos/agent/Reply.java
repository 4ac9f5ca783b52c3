package org.thermos.agent;

/** What the API answers a request with. */
sealed interface Reply {
  /** A complete response; the text is its body. */
  record Answer(int status, String contentType, String text) implements Reply {
    Answer(int status, String text) {
      this(status, "text/plain; charset=utf-8", text);
    }

    static Answer json(String text) {
      return new Answer(200, MediaType.JSON.text(), text);
    }

    static final Answer ACCEPTED = new Answer(202, "");

    /** What a restarted agent says until it is ready. */
    static final Answer RECOVERING = unavailable("Agent has not finished recovery");

    static Answer badRequest(String why) {
      return new Answer(400, why);
    }

    static Answer unavailable(String why) {
      return new Answer(503, why);
    }
  }

  /** 200 and a body that goes on: the subscription's events. */
  record Stream(Subscription subscription) implements Reply {}
}
