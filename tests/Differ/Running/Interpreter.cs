using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Offloop.Differ;

/// <summary>The tasks: they carry out a program wherever they run. What they see goes to their caller as progress, whose last value
/// arrives even if the task fails.</summary>
internal sealed class Interpreter
{
    /// <summary>The progress that asks the caller for a cancellation.</summary>
    public const string CancelMe = "cancel me";

    /// <summary>The end of the last progress, which nothing overtakes.</summary>
    public const string Done = "done";

    private const string Name = "named by a task";

    private static readonly AsyncLocal<string?> s_local = new();
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly List<string> _seen = [];
    private readonly TaskPlan _plan;
    private readonly TaskContext _context;

    private Interpreter(TaskPlan plan, TaskContext context) => (_plan, _context) = (plan, context);

    /// <summary>A value that the submitter sets around its calls.</summary>
    public static AsyncLocal<string?> Local => s_local;

    /// <summary>Carries out a program and returns the number of its steps.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Run(TaskPlan plan, TaskContext context)
    {
        var interpreter = new Interpreter(plan, context);
        foreach (Step step in plan.Steps)
            interpreter.Take(step);
        interpreter.End();
        return plan.Steps.Length;
    }

    /// <summary>Carries out a program, with one item after each step.</summary>
    public static IEnumerable<string> Stream(TaskPlan plan, TaskContext context)
    {
        var interpreter = new Interpreter(plan, context);
        foreach (Step step in plan.Steps)
        {
            interpreter.Take(step);
            yield return step.Kind.ToString();
        }
        interpreter.End();
    }

    /// <summary>Writes a line to both streams, which come after all that was written before, and returns what a task finds.</summary>
    public static string LookAfter(string mark)
    {
        Console.Out.WriteLine(mark);
        Console.Error.WriteLine(mark);
        return Surroundings();
    }

    private static string Surroundings()
    {
        Activity? activity = Activity.Current;
        SynchronizationContext? synchronization = SynchronizationContext.Current;
        return $"local {s_local.Value ?? "none"}, culture '{CultureInfo.CurrentCulture.Name}' '{CultureInfo.CurrentUICulture.Name}', "
            + $"synchronization {synchronization?.GetType().Name ?? "none"}, priority {Thread.CurrentThread.Priority}, "
            + $"renamed {Thread.CurrentThread.Name == Name}, parent {activity?.ParentId ?? "none"}, state {activity?.TraceStateString}, "
            + $"baggage {string.Join(';', activity?.Baggage.Select(static pair => $"{pair.Key}={pair.Value}") ?? [])}";
    }

    private void Take(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Look:
                _seen.Add(Surroundings());
                break;
            case StepKind.SetLocal:
                s_local.Value = step.Text;
                break;
            case StepKind.SetCulture:
                CultureInfo.CurrentCulture = new CultureInfo(step.Text);
                break;
            case StepKind.SetUICulture:
                CultureInfo.CurrentUICulture = new CultureInfo(step.Text);
                break;
            case StepKind.StartActivity:
                new Activity("started by a task").SetIdFormat(ActivityIdFormat.Hierarchical).SetParentId("of a task").Start();
                break;
            case StepKind.AddBaggage:
                Activity.Current?.AddBaggage("added", step.Text);
                break;
            case StepKind.SetThreadName:
                Thread.CurrentThread.Name = Name;
                break;
            case StepKind.LowerPriority:
                Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
                break;
            case StepKind.SetSynchronization:
                SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
                break;
            case StepKind.WriteLine:
                Console.Out.WriteLine(step.Text);
                break;
            case StepKind.WriteErrorLine:
                Console.Error.WriteLine(step.Text);
                break;
            case StepKind.WritePart:
                Console.Out.Write(step.Text);
                break;
            case StepKind.Report:
                _context.Report(step.Text);
                break;
            case StepKind.ChangeArgument:
                _plan.Notes.Add(_plan.Notes.Count);
                break;
            case StepKind.Interrupt:
                Thread.CurrentThread.Interrupt();
                break;
            case StepKind.AwaitCancellation:
                _context.Report(CancelMe);
                _seen.Add($"cancelled {_context.CancellationToken.WaitHandle.WaitOne(s_patience)}");
                break;
        }
    }

    /// <summary>Ends the program. Its frame is looked for in the stack, so that it must not be inlined.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void End()
    {
        _context.Report(string.Join(Environment.NewLine, _seen.Append(Done)));
        if (_plan.Ending == Ending.Throw)
            throw _plan.Exception.Make();
        if (_plan.Ending == Ending.ThrowIfCancelled)
            _context.CancellationToken.ThrowIfCancellationRequested();
    }
}
