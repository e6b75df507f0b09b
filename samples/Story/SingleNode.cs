namespace ForgeOrleans.Story;

/// <summary>The backend in one process, its data in one folder.</summary>
internal sealed class SingleNode(Workshop workshop) : IDeployment
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("taskboard-");
    private StartedProgram? _remote;

    public string Url { get; } = $"http://127.0.0.1:{Ports.Free()}";

    public async Task StartAsync()
    {
        _remote = workshop.StartSample(
            "TaskBoard", Url, new Dictionary<string, string>(workshop.RemoteSettings) { ["Forge__DataPath"] = _data.FullName }, _data.FullName);
        await workshop.UntilReadyAsync(_remote, Url);
    }

    public void Introduce(Transcript transcript) =>
        transcript.Say($"    the remote    {Url}  (samples/TaskBoard, its data in {_data.FullName})");

    public async Task FailAsync(Cast cast, Platform platform, Transcript transcript)
    {
        transcript.Step("The power goes out: the remote is killed (SIGKILL) and started again");
        _remote!.Kill();
        _remote.Dispose();
        await StartAsync();
        var after = await platform.InvokeAsync(cast.Acme, cast.Ada, "GET", "/tasks/?team=Forge");
        transcript.Expect($"all of {cast.Acme.Id}'s tasks are still there", after.Descriptions is ["Write the release notes", "Book the room"]);
        var others = await platform.InvokeAsync(cast.Globex, cast.Chiara, "GET", "/tasks/");
        transcript.Expect($"and {cast.Globex.Id}'s", others.Descriptions is ["Call the printer"]);
    }

    public ValueTask DisposeAsync()
    {
        _remote?.Dispose();
        _data.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
