namespace Offloop.Differ;

/// <summary>Makes programs from seeds.</summary>
internal static class PlanMaker
{
    private static readonly string[] s_cultures = ["", "de-DE", "fr-FR", "tr-TR", "en"];
    private static readonly string[] s_texts = ["", "a", "grüße", "日本", "two\nlines", "\"quoted\"", "{}"];
    private static readonly StepKind[] s_steps = Enum.GetValues<StepKind>();
    private static readonly ExceptionKind[] s_exceptions = Enum.GetValues<ExceptionKind>();

    public static TaskPlan Make(int seed)
    {
        var random = new Random(seed);
        PlanForm form = random.Next(10) switch
        {
            < 4 => PlanForm.Task,
            < 6 => PlanForm.Stream,
            _ => (PlanForm)random.Next((int)PlanForm.Echo, (int)PlanForm.Report + 1),
        };
        var plan = new TaskPlan { Form = form, Submitter = MakeSubmitter(random) };
        if (form >= PlanForm.Echo)
        {
            string[] names = [.. ValueCase.All.Keys];
            return plan with { Value = new ValueOrder(names[random.Next(names.Length)], random.Next()) };
        }
        Step[] steps = [.. Enumerable.Range(0, random.Next(7)).Select(_ => MakeStep(random, form))];
        return plan with
        {
            Steps = steps,
            Ending = (Ending)random.Next(3),
            Exception = MakeException(random, depth: 0),
            StopAfter = form == PlanForm.Stream && random.Next(4) == 0 ? random.Next(1, 4) : null,
            IsCancelledBefore = random.Next(12) == 0,
        };
    }

    private static Submitter MakeSubmitter(Random random)
    {
        bool hasActivity = random.Next(3) == 0;
        return new Submitter
        {
            Local = random.Next(2) == 0 ? "of the submitter" : null,
            Culture = Pick(random, s_cultures),
            UICulture = Pick(random, s_cultures),
            HasCustomCulture = random.Next(25) == 0,
            HasActivity = hasActivity,
            TraceState = hasActivity && random.Next(2) == 0 ? "vendor=1" : null,
            Baggage = hasActivity ? MakePairs(random) : [],
        };
    }

    private static Step MakeStep(Random random, PlanForm form)
    {
        StepKind kind = random.Next(3) == 0 ? StepKind.Look : s_steps[random.Next(s_steps.Length)];
        if (kind == StepKind.AwaitCancellation && (form == PlanForm.Stream || random.Next(3) != 0))
            kind = StepKind.Look;
        return new Step(kind, kind is StepKind.SetCulture or StepKind.SetUICulture ? Pick(random, s_cultures) : Pick(random, s_texts));
    }

    private static ExceptionPlan MakeException(Random random, int depth)
    {
        ExceptionKind kind = s_exceptions[random.Next(s_exceptions.Length)];
        int inner = depth == 3 ? 0 : kind == ExceptionKind.Aggregate ? random.Next(3) : random.Next(2);
        return new ExceptionPlan
        {
            Kind = kind,
            Message = random.Next(4) == 0 ? Pick(random, s_texts) : $"failure {random.Next(100)}",
            HResult = random.Next(4) == 0 ? random.Next() : null,
            Data = MakePairs(random),
            HasOddData = random.Next(10) == 0,
            Inner = [.. Enumerable.Range(0, inner).Select(_ => MakeException(random, depth + 1))],
        };
    }

    private static string[] MakePairs(Random random) =>
        [.. Enumerable.Range(0, random.Next(3)).SelectMany(i => (string[])[$"key{i}", Pick(random, s_texts)])];

    private static string Pick(Random random, string[] texts) => texts[random.Next(texts.Length)];
}
