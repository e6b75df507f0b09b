namespace ForgeOrleans.Story;

/// <summary>One way to run the TaskBoard's backend.</summary>
internal interface IDeployment : IAsyncDisposable
{
    /// <summary>Where the platform calls it.</summary>
    string Url { get; }

    /// <summary>Starts it, and waits until it is ready.</summary>
    Task StartAsync();

    /// <summary>Says what runs where.</summary>
    void Introduce(Transcript transcript);

    /// <summary>Plays the end of the story: what happens when something of it fails.</summary>
    Task FailAsync(Cast cast, Platform platform, Transcript transcript);
}
