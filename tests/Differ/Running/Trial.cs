using System.Diagnostics;
using System.Globalization;

namespace Offloop.Differ;

/// <summary>Runs programs and notes what their caller sees. One at a time: it takes over the console of the process.</summary>
internal sealed class Trial : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TextWriter[] _before = [Console.Out, Console.Error];
    private readonly CapturedConsole _output = new();
    private readonly CapturedConsole _error = new();
    private int _marks;

    public Trial()
    {
        Console.SetOut(_output);
        Console.SetError(_error);
    }

    public void Dispose()
    {
        Console.SetOut(_before[0]);
        Console.SetError(_before[1]);
    }

    /// <summary>Runs a program, and a task after it that looks at what it has left.</summary>
    public async Task<Observation> RunAsync(Contender contender, TaskPlan made)
    {
        TaskPlan plan = made with { Notes = [.. made.Notes] }; // each run has its argument
        var observation = new Observation();
        SubmitOptions place = contender.NextPlace();
        await SubmitAsync(contender.Executor, plan, place, observation);
        observation.Note(Aspect.Argument, string.Join(',', plan.Notes));
        string mark = string.Create(CultureInfo.InvariantCulture, $"mark {++_marks}");
        observation.Note(Aspect.Next, await contender.Executor.SubmitAsync(Interpreter.LookAfter, mark, place));
        observation.Note(Aspect.Output, await _output.TakeUntilAsync(mark, s_patience));
        observation.Note(Aspect.ErrorOutput, await _error.TakeUntilAsync(mark, s_patience));
        return observation;
    }

    /// <summary>Submits the program in its surroundings, which end with this method because it is asynchronous.</summary>
    private static async Task SubmitAsync(Executor executor, TaskPlan plan, SubmitOptions place, Observation observation)
    {
        (CultureInfo culture, CultureInfo uiCulture) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        Activity? activity = Enter(plan.Submitter);
        string? id = activity?.Id;
        try
        {
            await UseAsync(executor, plan, place, observation, id);
            observation.Note(Aspect.Outcome, "returned");
        }
        catch (Exception error) // whatever comes out is what is compared
        {
            NoteFailure(observation, error, plan);
        }
        finally
        {
            activity?.Stop();
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, uiCulture);
        }
    }

    private static Activity? Enter(Submitter submitter)
    {
        Interpreter.Local.Value = submitter.Local;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(submitter.Culture);
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(submitter.UICulture);
        if (submitter.HasCustomCulture)
        {
            CultureInfo.CurrentCulture = new CultureInfo(submitter.Culture);
            CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = "_";
        }
        if (!submitter.HasActivity)
            return null;
        var activity = new Activity("submitter") { TraceStateString = submitter.TraceState };
        for (int i = 0; i + 1 < submitter.Baggage.Length; i += 2)
            activity.AddBaggage(submitter.Baggage[i], submitter.Baggage[i + 1]);
        return activity.Start();
    }

    private static async Task UseAsync(
        Executor executor, TaskPlan plan, SubmitOptions place, Observation observation, string? parent)
    {
        if (plan.Form >= PlanForm.Echo)
        {
            await ValueCase.All[plan.Value.Case].UseAsync(executor, plan, place, observation);
            return;
        }
        using var cancellation = new CancellationTokenSource();
        if (plan.IsCancelledBefore)
            await cancellation.CancelAsync();
        SubmitOptions options = place with
        {
            Progress = TaskProgress.Create<string>(text =>
            {
                if (text == Interpreter.CancelMe)
                    cancellation.Cancel();
                else if (text.EndsWith(Interpreter.Done, StringComparison.Ordinal))
                    observation.Note(Aspect.Progress, WithoutId(text));
            }),
        };
        string WithoutId(string text) => parent is null ? text : text.Replace(parent, "the submitter", StringComparison.Ordinal);
        if (plan.Form == PlanForm.Task)
        {
            int result = await executor.SubmitAsync(Interpreter.Run, plan, options, cancellation.Token);
            observation.Note(Aspect.Result, result.ToString(CultureInfo.InvariantCulture));
            return;
        }
        int left = plan.StopAfter ?? int.MaxValue;
        await foreach (string item in executor.StreamAsync(Interpreter.Stream, plan, options, cancellation.Token))
        {
            observation.Add(Aspect.Items, item);
            if (--left == 0)
                break;
        }
    }

    private static void NoteFailure(Observation observation, Exception error, TaskPlan plan)
    {
        string kind = error switch
        {
            ExecutorException { Failure: { Cause: not FailureCause.TaskException } facts } => $"failed: {facts.Cause}, {facts.Phase}",
            OperationCanceledException when plan.Ending != Ending.Throw || plan.IsCancelledBefore => "cancelled",
            _ => "threw",
        };
        observation.Note(Aspect.Outcome, kind);
        if (kind == "cancelled" || (error is OperationCanceledException && plan.CancelsItsToken()))
            observation.Drop(Aspect.Progress); // a cancelled task may end before its last progress has come
        if (kind != "cancelled")
            observation.Note(Aspect.Exception, Describer.Failure(error));
        if (kind == "threw" && plan is { Form: < PlanForm.Echo, Ending: Ending.Throw })
            observation.Note(Aspect.Stack, $"{error.ToString().Contains($"{nameof(Interpreter)}.End", StringComparison.Ordinal)}");
    }
}
