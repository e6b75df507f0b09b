using ForgeOrleans.Silo;
using TaskBoard;

var builder = WebApplication.CreateBuilder(args);
builder.AddForgeRemote().UseOrleans();
builder.AddTaskBoard();

var app = builder.Build();
app.MapTaskBoard();
app.Run();
