package io.mediamesh.bench;

/** One thing that is measured, in repeated rounds; where there is a peer, its rounds lie between mediamesh's. */
interface Benchmark {
    /** What to call it on the command line. */
    String name();

    /** What it measures, in one line. */
    String summary();

    /**
     * Measures. Everything it started has ended when it returns.
     *
     * @throws Exception when it could not measure; the message says what is missing
     */
    Outcome run(Lab lab) throws Exception;
}
