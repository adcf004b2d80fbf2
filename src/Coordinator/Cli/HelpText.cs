namespace Offloop.Coordinator.Cli;

/// <summary>The text that <c>--help</c> prints.</summary>
internal static class HelpText
{
    public const string Text = """
        coordinator: runs blocking HTTP fetches through an executor while a ticker shows whether the event loop stays free.

        usage:
          coordinator [run] [options]     fetch in an endless loop and print the time at every tick
          coordinator serve [options]     run the slow HTTP server alone, until Ctrl+C

        options of run:
          --executor KIND     process, thread or inline: where the fetches run     (default: process)
          --workers N         worker processes or threads, 1 to 1024               (default: 2)
          --concurrency N     fetches in flight, 1 to 4096                         (default: as many as workers)
          --url URL           URL to fetch; repeat it to fetch several in turn     (default: a built-in server)
          --duration TIME     end after this time                                  (default: run until Ctrl+C)
          --count N           end after N fetches                                  (default: no limit)
          --interval TIME     time between ticks                                   (default: 1s)
          --timeout TIME      time limit of one fetch                              (default: 30s)
          --format FORMAT     text (ticks only) or json (one object per line)      (default: text)
          --verbose           report every fetch, and the executor's warnings

        options of serve:
          --port N            port on 127.0.0.1, 0 for any free one                (default: 0)
          --delay TIME        time before each response                            (default: 200ms)
          --size SIZE         size of each response, such as 512, 10KiB or 1MiB    (default: 10KiB)

          --help, --version   print this text or the version

        A TIME is a number with a unit: 250ms, 10s, 1m, 1h. Results go to stdout; the header, failures and the summary go to stderr.
        With json the summary is the last line of stdout.

        exit codes:
          0    the run ended as asked
          1    every fetch failed, or the run could not be made
          2    the command line was not understood
          130  interrupted by Ctrl+C or a signal

        examples:
          coordinator --duration 10s                        ten ticks, one second apart: the loop is free
          coordinator --executor inline --duration 10s      one tick: the first fetch blocks the loop
          coordinator --url https://example.org/ --workers 4 --count 100 --format json
          coordinator serve --port 8080 --delay 1s

        """;
}
