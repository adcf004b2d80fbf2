namespace Offloop.Model.Seam;

/// <summary>Sees everything that the scheduler does, in order.</summary>
internal interface IWitness
{
    /// <summary>A slot was given a task.</summary>
    void Sent(int slot, int task, int attempt);

    /// <summary>A slot was asked to end a task.</summary>
    void EndRequested(int slot, int task);

    /// <summary>A slot was told to end a task by force.</summary>
    void EndForced(int slot, int task);

    /// <summary>A slot was given up, because a forced end was not seen.</summary>
    void GivenUp(int slot);

    /// <summary>A caller has the outcome of a task.</summary>
    void Ended(int task, Ending ending);
}
