namespace Offloop.Differ;

/// <summary>Makes a program smaller as long as it still shows a difference.</summary>
internal static class Shrinker
{
    /// <summary>Returns the smallest program that it finds.</summary>
    /// <param name="plan">A program that shows one.</param>
    /// <param name="shows">Whether a program shows one.</param>
    public static async Task<TaskPlan> ShrinkAsync(TaskPlan plan, Func<TaskPlan, Task<bool>> shows)
    {
        bool isSmaller;
        do
        {
            isSmaller = false;
            foreach (TaskPlan smaller in Smaller(plan))
            {
                if (!await shows(smaller))
                    continue;
                (plan, isSmaller) = (smaller, true);
                break;
            }
        }
        while (isSmaller);
        return plan;
    }

    private static IEnumerable<TaskPlan> Smaller(TaskPlan plan)
    {
        for (int i = 0; i < plan.Steps.Length; i++)
            yield return plan with { Steps = [.. plan.Steps[..i], .. plan.Steps[(i + 1)..]] };
        TaskPlan[] simpler =
        [
            plan with { Submitter = new Submitter() },
            plan with { Submitter = plan.Submitter with { Local = null } },
            plan with { Submitter = plan.Submitter with { Culture = "" } },
            plan with { Submitter = plan.Submitter with { UICulture = "" } },
            plan with { Submitter = plan.Submitter with { HasCustomCulture = false } },
            plan with { Submitter = plan.Submitter with { Baggage = [] } },
            plan with { Submitter = plan.Submitter with { TraceState = null } },
            plan with { Ending = Ending.Return },
            plan with { Form = plan.Form == PlanForm.Stream ? PlanForm.Task : plan.Form },
            plan with { StopAfter = null },
            plan with { IsCancelledBefore = false },
            plan with { Exception = plan.Exception with { Inner = [] } },
            plan with { Exception = plan.Exception with { Data = [] } },
            plan with { Exception = plan.Exception with { HasOddData = false } },
            plan with { Exception = plan.Exception with { HResult = null } },
            .. plan.Exception.Inner.Select(inner => plan with { Exception = inner }),
        ];
        foreach (TaskPlan candidate in simpler)
        {
            if (PlanText.Of(candidate).Length < PlanText.Of(plan).Length)
                yield return candidate;
        }
    }
}
