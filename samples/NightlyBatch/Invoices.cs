namespace Offloop.Samples.NightlyBatch;

/// <summary>The work of the night. It runs in the workers.</summary>
internal static class Invoices
{
    /// <summary>Renders one invoice. Some cannot be rendered, and a few make the renderer hang.</summary>
    public static string Render(int number)
    {
        if (number % 13 == 0)
            Thread.Sleep(Timeout.Infinite);
        if (number % 10 == 0)
            throw new InvalidDataException($"Invoice {number} has no address.");
        return $"invoice-{number:D5}.pdf";
    }
}
