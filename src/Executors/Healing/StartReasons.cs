using Offloop.Payloads;

namespace Offloop.Healing;

/// <summary>The words for a start that failed, which are the same for threads and processes.</summary>
internal static class StartReasons
{
    /// <summary>A method of the application that a worker runs at its start threw, as a clause.</summary>
    /// <param name="what">The method's part: the initializer.</param>
    /// <param name="method">Its name.</param>
    /// <param name="error">What it threw; null if it is not known.</param>
    public static string Threw(string what, string method, ExceptionEnvelope? error) => error is null
        ? $"its {what} {method} failed, and it did not say why"
        : $"its {what} {method} threw {error.Type}: {error.Message}{Environment.NewLine}{error.StackTrace}";
}
