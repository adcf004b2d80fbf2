using System.Diagnostics;
using System.Globalization;

namespace Offloop.Surroundings;

/// <summary>What a task gets of the place where it was submitted: the cultures and the trace context, as they were then. Everything else
/// around it is clean, on every executor. Immutable.</summary>
internal sealed record TaskSurroundings
{
    private static volatile TaskSurroundings s_last = new();

    /// <summary>Those of a task that was submitted without a trace context, in the cultures that the process has by default.</summary>
    public static TaskSurroundings Default { get; } = new();

    /// <summary>The <see cref="CultureInfo.CurrentCulture"/> of the task; null for the default of its process.</summary>
    public CultureInfo? Culture { get; init; }

    /// <summary>The <see cref="CultureInfo.CurrentUICulture"/> of the task; null for the default of its process.</summary>
    public CultureInfo? UICulture { get; init; }

    /// <summary>The name of <see cref="Culture"/>. This process need not know the culture of a task that it only passes on.</summary>
    public string? CultureName { get => field ?? Culture?.Name; init; }

    /// <summary>The same for <see cref="UICulture"/>.</summary>
    public string? UICultureName { get => field ?? UICulture?.Name; init; }

    /// <summary>The trace context, or null if there is none.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>Captures the surroundings of the calling thread. Throws <see cref="InvalidOperationException"/> if the culture was
    /// customised.</summary>
    public static TaskSurroundings Capture()
    {
        CultureInfo culture = CultureInfo.CurrentCulture, uiCulture = CultureInfo.CurrentUICulture;
        TaskSurroundings captured = s_last;
        // One that can be changed may have been changed since.
        if (!ReferenceEquals(captured.Culture, culture) || !ReferenceEquals(captured.UICulture, uiCulture) || !culture.IsReadOnly)
        {
            CultureRules.Require(culture);
            captured = new TaskSurroundings { Culture = culture, UICulture = uiCulture };
            s_last = captured;
        }
        return Activity.Current is { } activity && TraceContext.Of(activity) is { } trace ? captured with { Trace = trace } : captured;
    }

    /// <summary>Makes the surroundings from the names that travelled. Throws <see cref="CultureNotFoundException"/>, with the name and the
    /// remedy, if this process does not know a culture.</summary>
    /// <param name="culture">The name of the culture; null for the default of this process.</param>
    /// <param name="uiCulture">The same for the culture of the user interface.</param>
    /// <param name="trace">The trace context, or null.</param>
    public static TaskSurroundings From(string? culture, string? uiCulture, TraceContext? trace) =>
        culture is null && uiCulture is null && trace is null
            ? Default
            : new TaskSurroundings { Culture = Find(culture), UICulture = Find(uiCulture), Trace = trace };

    /// <summary>Lets the calling thread enter the surroundings. Called in a clean context. Returns the span of the run, or null if nobody
    /// listens for spans.</summary>
    /// <param name="method">The name of the method that runs.</param>
    public Activity? Enter(string method)
    {
        // The default of the process may have the same name with the user's overrides, which belong to this machine.
        if (Culture is { } culture && culture.Name != CultureInfo.CurrentCulture.Name)
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture.Name);
        if (UICulture is { } uiCulture && uiCulture.Name != CultureInfo.CurrentUICulture.Name)
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(uiCulture.Name);
        return Trace?.Enter(method);
    }

    private static CultureInfo? Find(string? name)
    {
        try
        {
            return name is null ? null : CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException error)
        {
            throw new CultureNotFoundException(
                $"The worker does not know the culture '{name}' of this task. Install ICU for it and turn invariant globalization off, or "
                + "submit the task in another culture.", error);
        }
    }
}
